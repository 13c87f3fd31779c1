// SPDX-License-Identifier: GPL-2.0-only
//
// Where distributions' binary packages keep the files that kpb wants of a kernel; this table and no other.
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

// `path` without a leading "/" or "./". Nothing for a file that is none of a kernel's.
std::optional<PackagePart> package_part(std::string_view path);

// "x-y.ko.xz" -> "x_y", as the kernel calls the module; "" for what is no module's file name.
std::string module_of_file(std::string_view file_name);

} // namespace kpb

#endif
