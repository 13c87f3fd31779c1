// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of where distributions' binary packages have the files that kpb needs of a kernel.
#ifndef KPB_CORE_KERNEL_PACKAGE_PATHS_HPP
#define KPB_CORE_KERNEL_PACKAGE_PATHS_HPP

#include <optional>
#include <string>
#include <string_view>

namespace kpb {

enum class TargetKind { config, vmlinux, symvers, module };

struct PackagePart {
  TargetKind kind = TargetKind::config;
  std::string release; // the kernel that the path names

  bool operator==(const PackagePart&) const = default;
};

// `path` has no leading "/" or "./". Nothing for a file that is not needed.
std::optional<PackagePart> package_part(std::string_view path);

// "x-y.ko.xz" -> "x_y", as the kernel calls the module; "" if it is not a module's file name.
std::string module_of_file(std::string_view file_name);

} // namespace kpb

#endif
