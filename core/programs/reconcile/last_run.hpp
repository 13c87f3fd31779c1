// SPDX-License-Identifier: GPL-2.0-only
//
// What the last run in this boot could not bring in force, and why; recorded in /run. The kernel
// gives its reasons when it refuses a module, and status, which loads nothing, could not find them
// out again.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_LAST_RUN_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_LAST_RUN_HPP

#include "core/programs/reconcile/plan.hpp"
#include "core/programs/reconcile/world.hpp"

#include <vector>

namespace kpb::runtime {

// Records the refusals of candidates that are not active. A failed write is ignored: the journal
// has them too.
void keep_refusals(Files& files, const std::vector<Candidate>& plan);
// Empty if the last run did not try exactly this module.
Refusal last_refusal(Files& files, const Module& module);

} // namespace kpb::runtime

#endif
