// SPDX-License-Identifier: GPL-2.0-only
//
// A process with everything that descends from it, as /proc tells.
#ifndef KPB_CORE_SERIES_PROCESS_TREE_HPP
#define KPB_CORE_SERIES_PROCESS_TREE_HPP

#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace kpb {

std::vector<pid_t> children_of(pid_t pid);
// Bytes of memory that the process and its descendants hold; what they share counts for each.
uint64_t tree_memory(pid_t pid);
// Ends all of it at once, and again until nobody new has appeared.
void kill_tree(pid_t pid);

} // namespace kpb

#endif
