// SPDX-License-Identifier: GPL-2.0-only
//
// How much work a plan is: what a run would begin with, and how long the last one took for the same. It looks at
// the journal and the store, and writes nothing.
#ifndef KPB_CORE_SERIES_PLAN_SIZE_HPP
#define KPB_CORE_SERIES_PLAN_SIZE_HPP

#include "core/series/plan.hpp"
#include "core/series/result_directory.hpp"

#include <optional>

namespace kpb {

struct PlanSize {
  size_t cells = 0, left_out = 0, kernels = 0;
  size_t to_prepare = 0; // of the kernels
  // Of all that the plan has, two or more at a time where there are processors for it. Jobs that were never run
  // are taken to be like the others; nothing where none was.
  std::optional<double> seconds;
};

// `store`: "" where there is none.
PlanSize size_of_plan(const SeriesPlan& plan, Context& context, const ResultDirectory& directory,
                      const std::string& store);

} // namespace kpb

#endif
