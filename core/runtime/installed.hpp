// SPDX-License-Identifier: GPL-2.0-only
//
// What is installed: the packages' modules.conf, and files that no package of kpb's names.
#ifndef KPB_CORE_RUNTIME_INSTALLED_HPP
#define KPB_CORE_RUNTIME_INSTALLED_HPP

#include "core/runtime/modules_conf.hpp"
#include "core/runtime/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

struct Damaged {
  std::string where; // path, or path:line
  std::string why;
};

struct Installed {
  std::vector<Package> packages;
  std::vector<Module> unlisted; // for `kernel`; name and file alone are known
  std::vector<Damaged> damaged;
};

enum class Which { of_this_kernel, all };

Installed read_installed(Files& files, const std::string& kernel, Which which);

} // namespace kpb::runtime

#endif
