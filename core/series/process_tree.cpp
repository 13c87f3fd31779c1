// SPDX-License-Identifier: GPL-2.0-only
//
// See process_tree.hpp.
#include "core/series/process_tree.hpp"

#include <csignal>
#include <fstream>
#include <string>
#include <unistd.h>

namespace kpb {

namespace {

constexpr int k_rounds =
    20; // of killing; something that forks faster is stopped only by limits of the system

void add_descendants(pid_t pid, std::vector<pid_t>& out) {
  for (const pid_t child : children_of(pid)) {
    out.push_back(child);
    add_descendants(child, out);
  }
}

uint64_t memory_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/statm");
  uint64_t size = 0, resident = 0, shared = 0;
  in >> size >> resident >> shared;
  return (resident > shared ? resident - shared : 0) *
         static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

} // namespace

std::vector<pid_t> children_of(pid_t pid) {
  // Children of the main thread: kpb and the programs that it runs start processes from no other thread.
  const std::string id = std::to_string(pid);
  std::ifstream in("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> out;
  for (pid_t child = 0; in >> child;)
    out.push_back(child);
  return out;
}

uint64_t tree_memory(pid_t pid) {
  std::vector<pid_t> all = {pid};
  add_descendants(pid, all);
  uint64_t sum = 0;
  for (const pid_t one : all)
    sum += memory_of(one);
  return sum;
}

void kill_tree(pid_t pid) {
  for (int round = 0; round < k_rounds; ++round) {
    std::vector<pid_t> all;
    add_descendants(pid, all);
    ::kill(pid, SIGSTOP); // so that it starts nothing more while its descendants are killed
    for (const pid_t one : all)
      ::kill(one, SIGKILL);
    if (all.empty())
      break;
  }
  ::kill(pid, SIGKILL);
}

} // namespace kpb
