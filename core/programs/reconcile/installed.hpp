// SPDX-License-Identifier: GPL-2.0-only
//
// What is installed: the packages' modules.conf files, and module files that no package of kpb's
// lists.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_INSTALLED_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_INSTALLED_HPP

#include "core/programs/reconcile/package.hpp"
#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

struct Damaged {
  std::string where; // path, or path:line
  std::string why;
  std::string kernel = {}; // that it is about; "" if unknown, then it may be about any kernel
};

struct Installed {
  std::vector<Package> packages;
  std::vector<Module> unlisted; // for `kernel`; only the module's own name and the file are known
  std::vector<Damaged> damaged;
  // The part of `damaged` that may list modules of this kernel: an unlisted file may then belong to
  // it. "" if there is none.
  std::string unclear;
};

enum class Which { of_this_kernel, all };

// Of the unlisted files, those of `kernel`; of "", none.
Installed read_installed(Files& files, const std::string& kernel, Which which);

} // namespace kpb::runtime

#endif
