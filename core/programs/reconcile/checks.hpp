// SPDX-License-Identifier: GPL-2.0-only
//
// What must hold before a module is loaded: the file is the one that was packaged, nobody but root could have
// written it, and kernel and patched modules are the very builds that it was made for.
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
  std::unique_ptr<ModuleFile> file; // what was checked
  std::string sha256;
};

Checked check_module(World& world, const Settings& settings, const Guard& guard,
                     const Candidate& candidate);

// Of a module that is active: whether it is another build than the installed one of its name.
Refusal check_active(Files& files, const Candidate& candidate);

// What its loading would switch off, or take functions from, without owning it.
Refusal check_foreign(Files& files, const Candidate& candidate,
                      const std::vector<std::string>& foreign);

} // namespace kpb::runtime

#endif
