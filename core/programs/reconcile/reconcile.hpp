// SPDX-License-Identifier: GPL-2.0-only
//
// The run itself: finds out what is installed and what is loaded, then takes one step after the
// other until nothing is left to do. After each step the kernel is asked again, so it does not
// matter where an earlier run was interrupted.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_RECONCILE_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_RECONCILE_HPP

#include "core/programs/reconcile/world.hpp"

namespace kpb::runtime {

inline constexpr int k_done = 0;
inline constexpr int k_not_in_force = 1;
inline constexpr int k_usage = 2;
inline constexpr int k_attention = 3; // status only
inline constexpr int k_environment = 5;
inline constexpr int k_locked = 75;

int reconcile(World& world);
// Writes to `output` what it would load, in order.
int show_plan(World& world, std::string& output);

} // namespace kpb::runtime

#endif
