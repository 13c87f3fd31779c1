// SPDX-License-Identifier: GPL-2.0-only
//
// How a source package runs kpatch-build: offline, on a tree and a vmlinux that it carries or is told of.
#ifndef KPB_PLUGINS_KPATCH_BUILD_STEPS_HPP
#define KPB_PLUGINS_KPATCH_BUILD_STEPS_HPP

#include <kpb/sdk.hpp>

#include <string>
#include <vector>

namespace kpb::builders {

// Names of what the source package carries of the kernel; "" where it carries nothing.
struct CarriedKernel {
  std::string source; // unpacked before the steps, to the directory kernel-source
  std::string config;
  std::string vmlinux;
};
CarriedKernel carried_of(const sdk::Document& document);

// Lines of POSIX shell; `patches` are plain file names in the directory in which they run.
std::vector<std::string> shell_steps(const sdk::Document& document,
                                     const std::vector<std::string>& patches);

// In RPM's terms.
std::vector<std::string> build_requires(const sdk::Document& document);

} // namespace kpb::builders

#endif
