// SPDX-License-Identifier: GPL-2.0-only
//
// A process with all its descendants, as /proc shows them.
#ifndef KPB_CORE_SERIES_PROCESS_TREE_HPP
#define KPB_CORE_SERIES_PROCESS_TREE_HPP

#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace kpb {

std::vector<pid_t> children_of(pid_t pid);
// Bytes of memory that the process and its descendants use, without what they share with others.
uint64_t tree_memory(pid_t pid);
// Kills all of them, repeatedly until no new descendants have appeared.
void kill_tree(pid_t pid);

} // namespace kpb

#endif
