// SPDX-License-Identifier: GPL-2.0-only
//
// What must be true before a module is loaded: the file is the one that was packaged, only root
// could have written it, and the kernel and the patched modules are exactly the builds that it was
// made for.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_CHECKS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_CHECKS_HPP

#include "core/programs/reconcile/guard.hpp"
#include "core/programs/reconcile/plan.hpp"
#include "core/programs/reconcile/settings.hpp"

#include <memory>
#include <string>

namespace kpb::runtime {

struct Checked {
  Refusal refusal;
  std::unique_ptr<ModuleFile> file; // the file that was checked
  std::string sha256;
};

Checked check_module(World& world, const Settings& settings, const Guard& guard,
                     const Candidate& candidate);

// Whether an active module is another build than the installed one of the same name.
Refusal check_active(Files& files, const Candidate& candidate);

// Whether loading it would disable a foreign patch, or take functions from one.
Refusal check_foreign(Files& files, const Candidate& candidate,
                      const std::vector<std::string>& foreign);

} // namespace kpb::runtime

#endif
