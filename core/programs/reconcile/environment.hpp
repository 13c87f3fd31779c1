// SPDX-License-Identifier: GPL-2.0-only
//
// Decides whether this is a running system whose kernel may be patched. Packages are also installed
// in chroots, containers and images, where a module would be loaded into somebody else's kernel.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_ENVIRONMENT_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_ENVIRONMENT_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>

namespace kpb::runtime {

// Why nothing should be loaded here; "" if modules can be loaded.
std::string not_a_running_system(Files& files); // chroot, container
std::string idle_reason(Files& files);          // also: disabled by the user, no livepatch support

bool has_systemd(Files& files);

} // namespace kpb::runtime

#endif
