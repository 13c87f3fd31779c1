// SPDX-License-Identifier: GPL-2.0-only
//
// What a run and the status both examine first: settings, records, packages, kernel, and the plan
// that follows.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_SURVEY_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_SURVEY_HPP

#include "core/programs/reconcile/checks.hpp"
#include "core/programs/reconcile/guard.hpp"
#include "core/programs/reconcile/installed.hpp"
#include "core/programs/reconcile/observed.hpp"
#include "core/programs/reconcile/own_loads.hpp"
#include "core/programs/reconcile/plan.hpp"
#include "core/programs/reconcile/settings.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

struct Survey {
  Survey(World& world, const Settings& settings, const Guard& guard, Which which);

  Installed installed;
  OwnLoads own;
  Observed observed;
  std::vector<Candidate> plan;

  // Active, but neither installed nor loaded by this runtime.
  std::vector<std::string> foreign() const;
  // Active, but no longer installed.
  std::vector<std::string> until_reboot() const;
  const Candidate* candidate(const std::string& module) const;
};

} // namespace kpb::runtime

#endif
