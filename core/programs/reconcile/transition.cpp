// SPDX-License-Identifier: GPL-2.0-only
//
// See transition.hpp.
#include "core/programs/reconcile/transition.hpp"

#include "core/base/ascii.hpp"
#include "core/base/text.hpp"
#include "core/programs/reconcile/paths.hpp"

#include <algorithm>
#include <cerrno>

namespace kpb::runtime {

namespace {

constexpr uint64_t k_first_pause = 5;
constexpr uint64_t k_longest_pause = 500;
constexpr uint64_t k_signal_after = 15000; // kpatch waits as long before it does that

std::string patch_file(const std::string& patch, const char* file) {
  return std::string(k_livepatch) + "/" + patch + "/" + file;
}

} // namespace

bool wait_for_transitions(World& world, uint64_t deadline) {
  uint64_t pause = k_first_pause;
  const uint64_t begun = world.clock.now();
  bool signalled = false;
  for (;;) {
    const Observed observed = observe(world.files);
    const auto* patch = observed.in_transition();
    if (patch == nullptr)
      return true;
    const uint64_t now = world.clock.now();
    if (now >= deadline)
      return false;
    // Kernels before 5.1 wake sleeping tasks only when told to; later ones do it themselves and
    // have no such file.
    if (!signalled && now - begun >= k_signal_after) {
      signalled = true;
      if (world.files.look(patch_file(patch->name, "signal")))
        world.files.put(patch_file(patch->name, "signal"), "1");
    }
    if (!world.clock.sleep(std::min(pause, deadline - now)))
      return false;
    pause = std::min(pause * 2, k_longest_pause);
  }
}

bool reverse_transition(World& world, const std::string& patch, uint64_t deadline) {
  const Observed observed = observe(world.files);
  const auto* found = observed.find(patch);
  if (found != nullptr && !found->transition)
    return false; // it has ended meanwhile, and an active patch is never disabled
  // If the transition ends between this check and the write, the kernel disables the patch: the
  // same result in another way.
  if (found != nullptr && found->enabled)
    world.files.put(patch_file(patch, "enabled"), "0");
  if (!wait_for_transitions(world, deadline) || observe(world.files).find(patch) != nullptr)
    return false;
  // A kernel thread drops the last reference a moment later.
  for (;;) {
    const int error = world.kernel.unload(patch);
    if (error == 0 || error == ENOENT)
      return true;
    if (world.clock.now() >= deadline || !world.clock.sleep(k_longest_pause))
      return false;
  }
}

std::string tasks_text(const std::vector<Task>& tasks) {
  std::vector<std::string> out;
  for (const auto& task : tasks)
    out.push_back(std::to_string(task.pid) + " (" + shown_plain(task.name) + ")" +
                  (task.where.empty() ? "" : " in " + shown_plain(task.where)));
  return join(out, ", ");
}

} // namespace kpb::runtime
