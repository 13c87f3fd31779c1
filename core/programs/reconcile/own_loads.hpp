// SPDX-License-Identifier: GPL-2.0-only
//
// What this runtime loaded in this boot, recorded in /run: sysfs does not tell who loaded a patch,
// and when its package is gone nothing else does. Patches that were found active and installed are
// recorded as its own too.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_OWN_LOADS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_OWN_LOADS_HPP

#include "core/programs/reconcile/package.hpp"
#include "core/programs/reconcile/world.hpp"

#include <string>
#include <vector>

namespace kpb::runtime {

struct OwnLoad {
  std::string module;
  std::string package; // "-" for an unlisted file
  std::string version; // "-"
  uint64_t when = 0;   // milliseconds since boot
  std::vector<std::string> states;
};

class OwnLoads {
public:
  explicit OwnLoads(Files& files);
  const OwnLoad* find(const std::string& module) const;
  const std::vector<OwnLoad>& all() const { return m_loads; }
  // Returns an errno if it cannot be recorded; then only this run knows about it.
  int add(const Package* package, const Module& module, uint64_t when);
  int remove(const std::string& module);

private:
  int save();
  Files& m_files;
  std::vector<OwnLoad> m_loads;
};

} // namespace kpb::runtime

#endif
