// SPDX-License-Identifier: GPL-2.0-only
//
// What systemd's units and package managers call, apart from the run itself.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_UNITS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_UNITS_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

// Called by package managers: requests a run outside their transaction. Never fails.
int trigger(World& world);

// ExecStopPost of both services. systemd drops the start of a unit that is just ending; here such a
// request is repeated.
int again(World& world);

// kpb-guard.service: settles the attempts whose time has passed, and requests a run when a
// transition has ended that something waited for. Returns when there is nothing left to watch; if
// it is told to end earlier, the system is shutting down in order.
int watch(World& world);

// "" removes all blocks.
int forgive(World& world, const std::vector<std::string>& names);

} // namespace kpb::runtime

#endif
