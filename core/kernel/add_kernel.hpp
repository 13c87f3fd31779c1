// SPDX-License-Identifier: GPL-2.0-only
//
// kpb kernel add: makes a kernel in the store from the files that the user has of it.
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

// Imports and checks the files, and makes the kernel visible by a rename at the end. A builder compiles the
// original later. After a report or an interrupt nothing is returned, and nothing is left in the store.
std::optional<AddedKernel> add_kernel(const RunContext& context, KernelStore& store,
                                      const KernelRequest& request);

} // namespace kpb

#endif
