// SPDX-License-Identifier: GPL-2.0-only
//
// See package_paths.hpp.
#include "core/kernel/package_paths.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include <kpb/sdk/names.hpp>

#include <algorithm>

namespace kpb {

namespace {

struct Row {
  const char* before; // of the release
  const char* after;
  TargetKind kind;
};

// In usr-merged packages the same paths are below usr/. Fedora and RHEL: kernel-core, kernel-debuginfo,
// kernel-devel. Debian and Ubuntu: linux-image-*, linux-image-*-dbg(sym), linux-headers-*. SUSE:
// kernel-default, -devel. The .config of headers is not taken, because make has changed it.
constexpr Row k_rows[] = {
    {"boot/config-", "", TargetKind::config},
    {"lib/modules/", "/config", TargetKind::config},
    {"usr/lib/debug/boot/vmlinux-", "", TargetKind::vmlinux},
    {"usr/lib/debug/lib/modules/", "/vmlinux", TargetKind::vmlinux},
    {"usr/lib/debug/usr/lib/modules/", "/vmlinux", TargetKind::vmlinux},
    {"usr/src/kernels/", "/Module.symvers", TargetKind::symvers},
    {"usr/src/linux-headers-", "/Module.symvers", TargetKind::symvers},
    {"lib/modules/", "/symvers.gz", TargetKind::symvers},
    {"lib/modules/", "/symvers.xz", TargetKind::symvers},
    {"lib/modules/", "/build/Module.symvers", TargetKind::symvers},
    {"boot/symvers-", ".gz", TargetKind::symvers},
    {"boot/symvers-", ".xz", TargetKind::symvers},
};

std::optional<PackagePart> module_part(std::string_view path) {
  constexpr std::string_view k_modules = "lib/modules/";
  if (!path.starts_with(k_modules) || module_of_file(base_name(path)).empty())
    return std::nullopt;
  path.remove_prefix(k_modules.size());
  return PackagePart{TargetKind::module, std::string(path.substr(0, path.find('/')))};
}

} // namespace

std::optional<PackagePart> package_part(std::string_view path) {
  for (const Row& row : k_rows) {
    const std::string_view before = row.before;
    const std::string_view after = row.after;
    std::string_view rest = path;
    // Rows such as usr/lib/debug/usr/lib have usr/ in them, so only these two are stripped.
    if (rest.starts_with("usr/lib/modules/") || rest.starts_with("usr/boot/"))
      rest.remove_prefix(4);
    if (!rest.starts_with(before) || !rest.ends_with(after) ||
        rest.size() <= before.size() + after.size())
      continue;
    rest.remove_prefix(before.size());
    rest.remove_suffix(after.size());
    if (rest.find('/') == std::string_view::npos)
      return PackagePart{row.kind, std::string(rest)};
  }
  return module_part(path.starts_with("usr/") ? path.substr(4) : path);
}

std::string module_of_file(std::string_view file_name) {
  for (const std::string_view suffix : {".xz", ".zst", ".gz"})
    if (file_name.ends_with(".ko" + std::string(suffix)))
      file_name.remove_suffix(suffix.size());
  if (!file_name.ends_with(".ko"))
    return {};
  file_name.remove_suffix(3);
  const std::string name = kernel_form(file_name);
  return is_safe_name(name) || (name.starts_with("_") && is_safe_name("x" + name)) ? name : "";
}

} // namespace kpb
