// SPDX-License-Identifier: GPL-2.0-only
//
// What the kernel says about live patches in /sys/kernel/livepatch and /sys/module. It relies only
// on what all kernels provide: `replace` was added in 6.11, `stack_order` in 6.14.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_OBSERVED_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_OBSERVED_HPP

#include "core/programs/reconcile/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb::runtime {

struct ActivePatch {
  std::string name;
  bool enabled = false; // false while it is being disabled; afterwards it is not listed
  bool transition = false;
  std::optional<bool> replace;
};

struct ObservedObject {
  std::string name;
  bool loaded = false;
  bool patched = false;
  std::vector<std::string> functions; // OBJECT:FUNCTION:N
};

struct Task {
  unsigned pid = 0;
  std::string name;
  std::string where; // where it sleeps, as far as the kernel tells
};

struct Observed {
  std::vector<ActivePatch> patches;

  const ActivePatch* find(const std::string& name) const;
  bool active(const std::string& name) const; // enabled, or about to be
  const ActivePatch* in_transition() const;
};

Observed observe(Files& files);
bool is_resident(Files& files, const std::string& module);
std::vector<ObservedObject> objects_of(Files& files, const std::string& patch);
// In hex; "" if the kernel does not tell.
std::string kernel_build_id(Files& files);
std::string module_build_id(Files& files, const std::string& module);
// Tasks that the transition waits for, at most `limit`. Only root can see them.
std::vector<Task> blocking_tasks(Files& files, const ActivePatch& patch, size_t limit);
// The GNU build-id in ELF notes, in hex.
std::string build_id_in_notes(const std::string& notes);

} // namespace kpb::runtime

#endif
