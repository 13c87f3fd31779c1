// SPDX-License-Identifier: GPL-2.0-only
//
// See names.hpp.
#include "names.hpp"

#include "digest.hpp"

#include <kpb/sdk/architectures.hpp>

#include <algorithm>

namespace kpb::deb {
namespace {

constexpr size_t k_name_limit =
    200; // dpkg takes more, the file name with version and arch does not

} // namespace

bool is_name(std::string_view name) {
  return name.size() >= 2 && name.size() <= k_name_limit && is_alnum(name.front()) &&
         std::all_of(name.begin(), name.end(), is_dpkg_character);
}

bool is_version(std::string_view version) {
  if (const size_t colon = version.find(':'); colon != std::string_view::npos) {
    const auto epoch = version.substr(0, colon);
    // dpkg keeps it in an int.
    if (epoch.size() > 10 || !parse_unsigned(epoch, INT32_MAX))
      return false;
    version.remove_prefix(colon + 1);
  }
  const size_t dash = version.rfind('-');
  const auto upstream = version.substr(0, dash);
  const auto revision =
      dash == std::string_view::npos ? std::string_view("1") : version.substr(dash + 1);
  return !upstream.empty() && is_digit(upstream.front()) && made_of(upstream, ".+~-") &&
         !revision.empty() && made_of(revision, ".+~");
}

std::string name_for(std::string_view name) {
  std::string out = name_for_dpkg(name, sha256);
  if (!is_name(out))
    package_text::refuse(
        k_kind, "name", name,
        "made into '" + out +
            "' it is still not a valid name: names begin with a letter or digit, and have 2 to " +
            std::to_string(k_name_limit) + " characters");
  return out;
}

std::string digest_name(std::string_view prefix, std::string_view text) {
  return std::string(prefix) + "-" + sha256(text).substr(0, 16);
}

std::string version_for(std::string_view epoch, std::string_view version,
                        std::string_view release) {
  const std::string text = (epoch.empty() ? "" : package_text::epoch_number(k_kind, epoch) + ":") +
                           std::string(version) + "-" + std::string(release);
  if (!is_version(text) || version.find('-') != std::string_view::npos ||
      release.find('-') != std::string_view::npos)
    package_text::refuse(
        k_kind, "version", text,
        "versions begin with a digit, have letters, digits and '.+~', and an epoch up to 2147483647");
  return text;
}

std::string architecture_for(std::string_view arch) {
  if (const auto* known = find_architecture(arch))
    return std::string(known->debian);
  package_text::refuse(k_kind, "architecture", arch, "Debian has amd64, arm64, ppc64el and s390x");
}

std::string architecture_of(std::string_view deb_arch) {
  for (const auto& known : k_architectures)
    if (known.debian == deb_arch)
      return std::string(known.name);
  return std::string(deb_arch);
}

std::string file_name(const std::string& name, std::string_view version, const std::string& arch) {
  const size_t colon = version.find(':'); // in file names it is left out, as dpkg-deb does
  const std::string text =
      name + "_" + std::string(version.substr(colon == std::string_view::npos ? 0 : colon + 1)) +
      "_" + arch + ".deb";
  if (text.size() > k_file_name_limit)
    package_text::refuse(k_kind, "file name", text, "it is longer than 255 bytes");
  return text;
}

} // namespace kpb::deb
