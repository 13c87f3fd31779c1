// SPDX-License-Identifier: GPL-2.0-only
//
// See settings.hpp. What a user sets is judged here: left to kpb, a wrong path would be the policy's fault.
#include <kpb/policy/settings.hpp>
#include <kpb/sdk/text.hpp>

#include <algorithm>

namespace kpb::policy {

namespace {

void check_directory(const std::string& directory) {
  bool good = directory.size() > 1 && directory.front() == '/' && directory.back() != '/';
  for (size_t at = 0; good && at != std::string::npos;) {
    const size_t next = directory.find('/', at + 1);
    const std::string part =
        directory.substr(at + 1, next == std::string::npos ? next : next - at - 1);
    good = is_plain(part) && !part.empty() && part != "." && part.front() != '-';
    at = next;
  }
  if (!good)
    throw sdk::Error("the setting install-dir is '" + directory +
                     "', not an absolute directory of plain names")
        .code("setting-value")
        .hint("for example --set install-dir=/usr/lib/kpatch");
}

bool yes_or_no(const sdk::Host& host, const char* key, bool otherwise) {
  const std::string value = host.setting(key, otherwise ? "yes" : "no");
  if (value != "yes" && value != "no")
    throw sdk::Error(std::string("the setting ") + key + " is '" + value + "'")
        .code("setting-value")
        .hint("it is yes or no");
  return value == "yes";
}

} // namespace

bool is_plain(std::string_view word) { return made_of(word, "._+-") && !contains(word, ".."); }

PolicySettings read_settings(const sdk::Host& host) {
  PolicySettings settings;
  settings.install_dir = host.setting("install-dir", settings.install_dir);
  check_directory(settings.install_dir);
  settings.relations.runtime = host.setting("runtime");
  settings.relations.kernel_requires = host.setting("kernel-requires");
  settings.relations.vendor_conflict = yes_or_no(host, "vendor-conflict", true);
  return settings;
}

} // namespace kpb::policy
