// SPDX-License-Identifier: GPL-2.0-only
//
// Runs work in forked processes, which may crash, hang or exhaust memory without affecting this
// one. Their results come back through pipes.
#ifndef KPB_CORE_SYSTEM_FORK_WORKER_HPP
#define KPB_CORE_SYSTEM_FORK_WORKER_HPP

#include "core/base/result.hpp"
#include "core/system/interrupt.hpp"

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace kpb {

struct WorkerLimits {
  unsigned silence = 0; // seconds without output after which it is killed; 0: never
  uint64_t memory = 0;  // bytes of data, beyond what is inherited; 0: no limit
};

struct WorkerEnd {
  int exit_status = 0; // 0..255, or minus the signal
  bool silent = false; // it was killed because it was silent
  bool interrupted = false;
};

using SayToParent = std::function<void(std::string_view)>;

// Runs `work` in `count` children at the same time, each with its number; its return value is the
// child's exit status. `hear` is called in this process with their output, in pieces of any size.
// If one child fails, the others are ended too. Must be called while the process has no other
// threads.
Result<std::vector<WorkerEnd>>
run_fork_workers(size_t count, const std::function<int(size_t, const SayToParent&)>& work,
                 const std::function<void(size_t, std::string_view)>& hear,
                 const Interrupts& interrupts, const WorkerLimits& limits);

} // namespace kpb

#endif
