// SPDX-License-Identifier: GPL-2.0-only
//
// Waits for a livepatch transition, or reverses one. During a transition the kernel accepts no
// other patch.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_TRANSITION_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_TRANSITION_HPP

#include "core/programs/reconcile/observed.hpp"
#include "core/programs/reconcile/world.hpp"

#include <string>

namespace kpb::runtime {

// True when no patch is in transition any more; false at `deadline` (of the clock), or when told to
// end.
bool wait_for_transitions(World& world, uint64_t deadline);

// Reverses a patch that this runtime loaded and whose transition does not end. True when it is
// gone, also from memory; false if the reversal does not end either.
bool reverse_transition(World& world, const std::string& patch, uint64_t deadline);

// "12 (sshd) in do_nanosleep, 7 (x)"
std::string tasks_text(const std::vector<Task>& tasks);

} // namespace kpb::runtime

#endif
