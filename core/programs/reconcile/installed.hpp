// SPDX-License-Identifier: GPL-2.0-only
//
// What is installed: the packages' modules.conf, and files that no package of kpb's names.
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
  std::string kernel = {}; // that it is about, as far as it can be read; "" may be any
};

struct Installed {
  std::vector<Package> packages;
  std::vector<Module> unlisted; // for `kernel`; the module's own name and the file alone are known
  std::vector<Damaged> damaged;
  // What of `damaged` may be about this kernel's modules: an unlisted file may then be one that it lists. "" for none.
  std::string unclear;
};

enum class Which { of_this_kernel, all };

Installed read_installed(Files& files, const std::string& kernel, Which which);

} // namespace kpb::runtime

#endif
