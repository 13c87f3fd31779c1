// SPDX-License-Identifier: GPL-2.0-only
//
// What a source package contains of a prepared kernel, so that it can be built on a machine that has nothing of
// that kernel: the pristine source, the configuration to compile with, and the target's own vmlinux. Source and
// vmlinux are packed once and kept in the kernel's directory.
#ifndef KPB_CORE_KERNEL_CARRIED_FILES_HPP
#define KPB_CORE_KERNEL_CARRIED_FILES_HPP

#include "core/kernel/prepared_kernel.hpp"
#include "core/run/context.hpp"

#include <optional>
#include <string>

namespace kpb {

enum class Carried { source, config, vmlinux };
inline constexpr Carried k_carried[] = {Carried::source, Carried::config, Carried::vmlinux};

// "source", "config", "vmlinux": as the document has them below /kernel/carried.
const char* field_of(Carried what);
// "linux-K.tar.xz" (its one directory is called kernel-source), "config-K", "vmlinux-K.xz". The kernel is in the
// names because the sources of all packages may lie in one directory.
std::string carried_name(Carried what, const std::string& release);

// The file's content. The caller has locked the kernel. Nothing after a report or an interrupt.
std::optional<std::string> carried_content(const RunContext& context, const PreparedKernel& kernel,
                                           Carried what);

} // namespace kpb

#endif
