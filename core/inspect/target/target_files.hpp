// SPDX-License-Identifier: GPL-2.0-only
//
// The files of the kernel that a module is for, as its distribution ships them: what the gates of
// target_gates.hpp look into. Never what was compiled here.
#ifndef KPB_CORE_INSPECT_TARGET_TARGET_FILES_HPP
#define KPB_CORE_INSPECT_TARGET_TARGET_FILES_HPP

#include <string>

namespace kpb {

// Absolute paths; one that is empty is not known, and what would be looked up in it is not checked.
struct TargetFiles {
  std::string vmlinux; // with its symbol table; as large as it likes
  std::string modules; // a directory of NAME.ko files, '-' and '_' in NAME mean the same
  std::string symvers; // Module.symvers

  bool any() const { return !vmlinux.empty() || !modules.empty() || !symvers.empty(); }
};

} // namespace kpb

#endif
