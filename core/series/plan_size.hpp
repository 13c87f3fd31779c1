// SPDX-License-Identifier: GPL-2.0-only
//
// How much work a plan is: how many cells and kernels, and how long that took in the last run. Reads the journal and
// the store, and writes nothing.
#ifndef KPB_CORE_SERIES_PLAN_SIZE_HPP
#define KPB_CORE_SERIES_PLAN_SIZE_HPP

#include "core/series/plan.hpp"
#include "core/series/result_directory.hpp"

#include <optional>

namespace kpb {

struct PlanSize {
  size_t cells = 0, left_out = 0, kernels = 0;
  size_t to_prepare = 0; // of the kernels
  // For all jobs of the plan, as many at a time as there are processors. A job that never ran counts as the mean of
  // those that did; nothing if none did.
  std::optional<double> seconds;
};

// `store`: "" where there is none.
PlanSize size_of_plan(const SeriesPlan& plan, Context& context, const ResultDirectory& directory,
                      const std::string& store);

} // namespace kpb

#endif
