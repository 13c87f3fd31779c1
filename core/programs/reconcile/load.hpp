// SPDX-License-Identifier: GPL-2.0-only
//
// Loads one module into the kernel: with finit_module, or, if SELinux allows it only to kpatch, by
// kpatch in a unit of its own. Also explains the kernel's refusals.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_LOAD_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_LOAD_HPP

#include "core/programs/reconcile/plan.hpp"
#include "core/programs/reconcile/settings.hpp"
#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

// Whether modules are loaded by kpatch here.
bool loads_by_kpatch(Files& files, const Settings& settings);

// `states`: klp states of active patches, as far as known, to explain a refusal.
Refusal load_module(World& world, const Settings& settings, const Module& module, ModuleFile& file,
                    const std::vector<std::string>& states);

// Removes a module of this name that was replaced or disabled by hand but is still in memory. That
// fails if something still holds it (a forced transition does).
Refusal remove_leftover(World& world, const std::string& module);

} // namespace kpb::runtime

#endif
