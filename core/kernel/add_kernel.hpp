// SPDX-License-Identifier: GPL-2.0-only
//
// kpb kernel add: from what the user has of a kernel to a kernel in the store.
#ifndef KPB_CORE_KERNEL_ADD_KERNEL_HPP
#define KPB_CORE_KERNEL_ADD_KERNEL_HPP

#include "core/kernel/store.hpp"
#include "core/model/kernel_name.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct KernelRequest {
  KernelName kernel;
  std::string source; // directory, tarball, linux-source deb, .dsc or .src.rpm
  std::optional<std::string> config;
  std::optional<std::string> vmlinux;
  std::optional<std::string> modules;
  std::optional<std::string> symvers;
  std::vector<std::string> packages;
  std::string root; // "" for the host's own
};

struct AddedKernel {
  PreparedKernel kernel;
  bool existed = false; // the very same one was there
};

// Imports, checks, and makes the kernel visible by a rename at the end. Compiling the original is a
// builder's business and comes later. Nothing after a report or an interrupt; then nothing is left.
std::optional<AddedKernel> add_kernel(const RunContext& context, KernelStore& store,
                                      const KernelRequest& request);

} // namespace kpb

#endif
