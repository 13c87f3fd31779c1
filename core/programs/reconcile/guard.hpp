// SPDX-License-Identifier: GPL-2.0-only
//
// The crash guard: if the machine crashed while a new module was loaded, or soon after, the module
// is not loaded again until the administrator allows it. One that has settled before is innocent of
// a single crash: whoever can pull the plug could otherwise take a security fix away, so it needs
// several in a row. Each call reads, changes and writes the records under a lock of their own,
// because the watching process and a run may use them at the same time.
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

  GuardRecords::Condition condition() const { return m_condition; } // when this was made
  bool unreadable() const { return m_condition == GuardRecords::Condition::unreadable; }
  // Attempts of earlier boots become blocks or are counted; old attempts of this boot become
  // settled. Returns an entry for each crash of that kind, as it is afterwards.
  std::vector<GuardEntry> take_stock();
  const GuardEntry* blocks(const std::string& module, const std::string& sha256) const;
  // The entry of one that is not blocked and had crashes. "" is any content.
  const GuardEntry* crashed(const std::string& module, const std::string& sha256) const;
  bool settled(const std::string& module, const std::string& sha256) const;

  // Returns an errno if it is not on disk.
  int begin(const std::string& module, const std::string& sha256);
  int end(const std::string& module); // the kernel refused it: there is nothing to watch
  int clean_shutdown();               // a boot that ended in order ends a row of crashes
  // Removes the blocks and counts of that module, or all if it is "". Their number, or an errno.
  // All of them also replaces records that cannot be read.
  Result<size_t> forgive(const std::string& module);

  // Milliseconds since boot at which the last attempt of this boot is no longer watched.
  std::optional<uint64_t> watched_until() const;

private:
  using Change = std::function<bool(GuardRecords&)>; // false: nothing changed
  int update(const Change& change);
  void look(); // makes m_view
  bool mine(const GuardEntry& entry) const;

  World& m_world;
  const Settings& m_settings;
  std::string m_boot;
  std::string m_kernel;
  GuardRecords m_records; // as last read or written
  GuardRecords::Condition m_condition;
  // What take_stock() would make of them: status and --dry-run write nothing.
  std::vector<GuardEntry> m_view;
};

// "the machine crashed while or shortly after it was loaded, 53 s after boot", and the like.
std::string crash_text(const GuardEntry& entry);
// "crash 1 of 3 with this fix loaded"
std::string crash_count_text(const GuardEntry& entry, const Settings& settings);

} // namespace kpb::runtime

#endif
