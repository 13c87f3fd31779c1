// SPDX-License-Identifier: GPL-2.0-only
//
// Decides whether this is a running system whose kernel may be patched. Packages are also installed
// in chroots, containers and images, where a module would be loaded into somebody else's kernel.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_ENVIRONMENT_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_ENVIRONMENT_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>

namespace kpb::runtime {

struct Surroundings {
  bool elsewhere = false; // a chroot or a container: the kernel that runs is somebody else's
  // Why nothing should be loaded here: elsewhere, disabled by the user, no livepatch support. "" if
  // modules can be loaded.
  std::string idle;
  // What could not be seen, so that the two above may be wrong; "" if everything could. A user who
  // may not look is no sign of a container.
  std::string unknown;
};

Surroundings look_around(Files& files);

bool has_systemd(Files& files);

} // namespace kpb::runtime

#endif
