// SPDX-License-Identifier: GPL-2.0-only
//
// The crash guard: if the machine crashed while a module was loaded, or soon after, the module is
// not loaded again until the administrator allows it. Each call reads, changes and writes the
// records under a lock of their own, because the watching process and a run may use them at the
// same time.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_GUARD_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_GUARD_HPP

#include "core/programs/reconcile/guard_records.hpp"
#include "core/programs/reconcile/settings.hpp"
#include "core/programs/reconcile/world.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kpb::runtime {

class Guard {
public:
  Guard(World& world, const Settings& settings);

  bool unreadable() const { return m_records.unreadable; }
  // Attempts of earlier boots become blocks; old attempts of this boot become settled.
  std::vector<GuardEntry> take_stock(); // what was blocked by this call
  const GuardEntry* blocks(const std::string& module, const std::string& sha256) const;
  bool blocks_any(const std::string& module) const; // whatever its content
  bool settled(const std::string& module, const std::string& sha256) const;

  // Returns an errno if it is not on disk.
  int begin(const std::string& module, const std::string& sha256);
  int end(const std::string& module); // the kernel refused it: there is nothing to watch
  int clean_shutdown();
  // Removes the blocks of that module, or all if it is "". Their number, or an errno.
  Result<size_t> forgive(const std::string& module);

  // Milliseconds since boot at which the last attempt of this boot is no longer watched.
  std::optional<uint64_t> watched_until() const;

private:
  using Change = std::function<bool(GuardRecords&)>; // false: nothing changed
  int update(const Change& change);
  bool mine(const GuardEntry& entry) const;
  bool is_block(const GuardEntry& entry) const;

  World& m_world;
  const Settings& m_settings;
  std::string m_boot;
  std::string m_kernel;
  GuardRecords m_records; // as last read or written
};

} // namespace kpb::runtime

#endif
