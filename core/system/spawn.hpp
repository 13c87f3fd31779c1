// SPDX-License-Identifier: GPL-2.0-only
//
// Starts and ends child processes, both tools and the jobs of a series. A child has default signals, nothing on standard
// input, no open file of ours, and a process group of its own, so that ending the group ends what it started too.
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
  int output = -1;                  // standard output and error; or, where it is -1,
  std::string log = {};             // this file, appended to
  std::optional<mode_t> umask = {}; // ours where there is none
};

struct Child {
  pid_t pid = -1;
  int pidfd = -1; // readable once it has ended; -1 where the kernel gives none
};

// From now on this process is the parent of what its children leave running, and can wait for it.
void adopt_orphans();

// Returns once the child runs its program, or with the reason why it does not.
Result<Child> spawn(const SpawnCommand& command);

bool has_ended(const Child& child);

// Kills what is left of the child's group, waits until all of it is gone, and returns the child's status as wait_for()
// does.
int reap(Child& child);

// The exit status, 0..255, or minus the signal.
int wait_for(pid_t pid);

} // namespace kpb

#endif
