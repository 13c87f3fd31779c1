// SPDX-License-Identifier: GPL-2.0-only
//
// A kernel's key and its kernel.json (schema kpb.kernel/1).
#ifndef KPB_CORE_KERNEL_DESCRIBE_KERNEL_HPP
#define KPB_CORE_KERNEL_DESCRIBE_KERNEL_HPP

#include "core/kernel/checks.hpp"
#include "core/kernel/import_source.hpp"
#include "core/kernel/target_files.hpp"
#include "core/model/document.hpp"

#include <string>

namespace kpb {

struct Toolchain {
  std::string identity; // root_identity()
  std::string compiler; // what it writes into .comment
};

// SHA-256 over what the kernel was made from. It has no path, clock or user in it, so the same inputs are the same
// kernel wherever they are.
std::string kernel_key(const KernelFacts& facts, const ImportedSource& source,
                       const KernelFiles& files, const Toolchain& toolchain);
// RELEASE-XXXXXXXX
std::string kernel_id(const std::string& release, const std::string& key);

Document describe_kernel(const KernelFacts& facts, const ImportedSource& source,
                         const KernelFiles& files, const Toolchain& toolchain,
                         const std::string& root, int64_t now);

// "2026-11-23T10:00:00Z"
std::string utc_time(int64_t seconds);

} // namespace kpb

#endif
