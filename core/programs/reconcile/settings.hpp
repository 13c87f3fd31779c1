// SPDX-License-Identifier: GPL-2.0-only
//
// /etc/kpb/runtime.conf. A wrong line gives a warning and leaves the default: a typing mistake in a
// settings file must not leave a machine unpatched.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_SETTINGS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_SETTINGS_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

struct Settings {
  enum class Guard { required, best_effort, off };
  enum class Loader { automatic, kernel, kpatch };

  uint64_t transition_ms = 60000;
  bool reverse_stalled = false;
  Guard guard = Guard::required;
  uint64_t guard_ms = 300000;
  uint64_t guard_crashes = 3; // in a row, that take a settled module away
  bool displace_foreign = false;
  bool load_unlisted = true;
  Loader loader = Loader::automatic;
  std::vector<std::string> skip;

  bool skips(const std::string& name) const;
};

Settings read_settings(World& world);

} // namespace kpb::runtime

#endif
