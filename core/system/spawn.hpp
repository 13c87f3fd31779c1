// SPDX-License-Identifier: GPL-2.0-only
//
// Starts and ends child processes: tools and the jobs of a series. A child gets default signals,
// nothing on standard input, none of our open files, and a process group of its own, so that
// whatever it started can be ended with it.
#ifndef KPB_CORE_SYSTEM_SPAWN_HPP
#define KPB_CORE_SYSTEM_SPAWN_HPP

#include "core/base/result.hpp"

#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace kpb {

struct SpawnCommand {
  const std::vector<std::string>& arguments; // [0] is the program's absolute path
  const std::vector<std::string>& environment;
  std::string directory = "/";      // absolute
  int output = -1;                  // standard output and error; or, if it is -1,
  std::string log = {};             // this file, appended to
  std::optional<mode_t> umask = {}; // if absent, ours
};

struct Child {
  pid_t pid = -1;
  int pidfd = -1; // readable when it has ended; -1 if the kernel has none
};

// From now on this process becomes the parent of processes that its children leave running, and can
// wait for them.
void adopt_orphans();

// Returns when the child runs its program, or the reason why it does not.
Result<Child> spawn(const SpawnCommand& command);

bool has_ended(const Child& child);

// Kills what is left of the child's group, waits until all of it is gone, and returns the child's
// status like wait_for().
int reap(Child& child);

// The exit status, 0..255, or minus the signal.
int wait_for(pid_t pid);

} // namespace kpb

#endif
