// SPDX-License-Identifier: GPL-2.0-only
//
// See kernels.hpp.
#include "core/programs/reconcile/kernels.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>

namespace kpb::runtime {

namespace {

std::vector<std::string> names_in(Files& files, const std::string& directory) {
  return files.list(directory).value_or(std::vector<std::string>());
}

// The form of a kernel's release. Other directories there are somebody's notes.
bool is_release(const std::string& name) {
  return !name.empty() && is_digit(name.front()) && name.size() <= 64 && made_of(name, "._+~-") &&
         !contains(name, "..");
}

bool has_modules(Files& files, const std::string& directory) {
  const auto names = names_in(files, directory);
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.size() > 3 && name.front() != '.' && name.ends_with(".ko");
  });
}

} // namespace

std::set<std::string> kernels_there(Files& files) {
  std::set<std::string> out;
  for (const std::string top : {"/usr/lib/modules", "/lib/modules"})
    for (const auto& name : names_in(files, top))
      if (is_release(name))
        if (const auto facts = files.look(top + "/" + name); facts && facts->directory)
          out.insert(name);
  return out;
}

std::set<std::string> kernels_with_patches(Files& files, const Settings& settings,
                                           const Installed& installed) {
  std::set<std::string> out;
  for (const auto& package : installed.packages)
    if (!package.modules.empty())
      out.insert(package.kernel);
  if (!settings.load_unlisted)
    return out;
  for (const auto& name : names_in(files, k_unlisted))
    if (is_release(name) && out.count(name) == 0 &&
        has_modules(files, std::string(k_unlisted) + "/" + name))
      out.insert(name);
  return out;
}

int KernelAtRest::unload(const std::string&) { return EROFS; }

} // namespace kpb::runtime
