// SPDX-License-Identifier: GPL-2.0-only
//
// The files of the kernel that a module is for, which the gates of target_gates.hpp look into. They
// come from its distribution; they are never compiled here.
#ifndef KPB_CORE_INSPECT_TARGET_TARGET_FILES_HPP
#define KPB_CORE_INSPECT_TARGET_TARGET_FILES_HPP

#include <string>

namespace kpb {

// Absolute paths. An empty one is not known, and nothing is checked against it.
struct TargetFiles {
  std::string vmlinux; // with its symbol table; of any size
  std::string modules; // a directory of NAME.ko files; '-' and '_' in NAME are equal
  std::string symvers; // Module.symvers

  bool any() const { return !vmlinux.empty() || !modules.empty() || !symvers.empty(); }
};

} // namespace kpb

#endif
