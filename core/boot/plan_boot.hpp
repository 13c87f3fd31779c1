// SPDX-License-Identifier: GPL-2.0-only
//
// The plan of one boot: what the guest does and checks, step by step. The host makes it and knows it, so
// it can tell whether the guest went through all of it.
#ifndef KPB_CORE_BOOT_PLAN_BOOT_HPP
#define KPB_CORE_BOOT_PLAN_BOOT_HPP

#include "core/boot/expectations.hpp"

namespace kpb {

// How long the guest waits for a transition, in seconds.
inline constexpr unsigned k_transition_bound = 60;

struct BootModule {
  std::string path;            // in the guest
  std::string name;            // the module's own
  std::optional<bool> replace; // nothing where nobody knows
  std::string origin;          // the file that it came with, for people
};

struct BootRequest {
  std::vector<BootModule> patches;
  std::vector<BootModule> targets;      // modules that are patched, there before the patches
  std::vector<BootModule> late_targets; // and those that come after them
  std::vector<Expectation> expectations;
  bool allow_unloaded = false; // an object whose module is not loaded is no failure
};

struct BootStep {
  std::vector<std::string> words; // the verb and its arguments, see core/programs/guest/actions.cpp
  std::string subject;            // a module's name, or ""
  std::string what;
};

// The order in which patches are loaded: those that replace before those that are added to them, else
// as they were given.
void order_patches(std::vector<BootModule>& patches);

// Of ordered patches.
std::vector<BootStep> plan_boot(const BootRequest& request);

// Where in the plan the first patch is loaded: what goes wrong from there on is the patch's doing.
size_t first_load(const std::vector<BootStep>& steps);

// What the guest reads: a line of it all, then a line for each step, its words separated by tabs.
std::string steps_file(const std::vector<BootStep>& steps, const std::string& tag);

} // namespace kpb

#endif
