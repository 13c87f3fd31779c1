// SPDX-License-Identifier: GPL-2.0-only
//
// What the last run in this boot could not bring in force, and why, in /run: the kernel gives its reasons when
// it refuses a module, and status, which loads nothing, could not find them out again.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_LAST_RUN_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_LAST_RUN_HPP

#include "core/programs/reconcile/plan.hpp"
#include "core/programs/reconcile/world.hpp"

#include <vector>

namespace kpb::runtime {

// Of candidates that are not active. What cannot be written is not kept: the journal has it too.
void keep_refusals(Files& files, const std::vector<Candidate>& plan);
// Nothing where the last run did not try this very module.
Refusal last_refusal(Files& files, const Module& module);

} // namespace kpb::runtime

#endif
