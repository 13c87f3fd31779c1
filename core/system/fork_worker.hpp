// SPDX-License-Identifier: GPL-2.0-only
//
// Work in processes of its own, by fork: it may crash, hang or eat memory without taking us along. What it
// finds comes back through a pipe.
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
  unsigned silence = 0; // seconds without a word after which it is killed; 0: never
  uint64_t memory = 0;  // bytes of data beyond what it has from us; 0: as much as it wants
};

struct WorkerEnd {
  int exit_status = 0; // 0..255, or minus the signal
  bool silent = false; // it was killed for its silence
  bool interrupted = false;
};

using SayToParent = std::function<void(std::string_view)>;

// `work` runs in `count` children at a time, each with its number, and each ends with what it returns. `hear` gets
// what they said, in pieces of any size, here. Where one comes to a bad end the others are ended, too. To be called
// while the process has no other threads.
Result<std::vector<WorkerEnd>>
run_fork_workers(size_t count, const std::function<int(size_t, const SayToParent&)>& work,
                 const std::function<void(size_t, std::string_view)>& hear,
                 const Interrupts& interrupts, const WorkerLimits& limits);

} // namespace kpb

#endif
