// SPDX-License-Identifier: GPL-2.0-only
//
// One module into the kernel: by finit_module, or by kpatch in a unit of its own where SELinux lets nobody
// else; and what the kernel's refusal means.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_LOAD_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_LOAD_HPP

#include "core/programs/reconcile/plan.hpp"
#include "core/programs/reconcile/settings.hpp"
#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

// Whether loading goes through kpatch here.
bool loads_by_kpatch(Files& files, const Settings& settings);

// `states`: klp states of active patches, where known, for the reason of a refusal.
Refusal load_module(World& world, const Settings& settings, const Module& module, ModuleFile& file,
                    const std::vector<std::string>& states);

// A module that was replaced, or switched off by hand, and still lies in memory under this name. It can be
// removed unless somebody holds it (a forced transition does).
Refusal remove_leftover(World& world, const std::string& module);

} // namespace kpb::runtime

#endif
