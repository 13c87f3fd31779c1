// SPDX-License-Identifier: GPL-2.0-only
//
// Whether this is a running system whose kernel is ours to patch. Packages are also installed into chroots,
// containers and images, where a module would land in the kernel of somebody else.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_ENVIRONMENT_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_ENVIRONMENT_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>

namespace kpb::runtime {

// Why nothing is to be loaded here; "" when this is a system to work on.
std::string not_a_running_system(Files& files); // chroot, container
std::string idle_reason(Files& files);          // the same, and: told so, no livepatch support

bool has_systemd(Files& files);

} // namespace kpb::runtime

#endif
