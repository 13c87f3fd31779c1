// SPDX-License-Identifier: GPL-2.0-only
//
// What systemd's units and package managers call besides the run itself.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_UNITS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_UNITS_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

// Of a package manager: asks for a run, outside its transaction. Never fails.
int trigger(World& world);

// ExecStopPost of both services. systemd drops a start of a unit that is just ending; what was asked for
// meanwhile is asked for again here.
int again(World& world);

// kpb-guard.service: settles what got past its guard, and asks for a run when a transition has ended that
// something waits for. Ends when there is nothing to watch; told to end earlier, the system goes down in order.
int watch(World& world);

// "": all blocks.
int forgive(World& world, const std::vector<std::string>& names);

} // namespace kpb::runtime

#endif
