// SPDX-License-Identifier: GPL-2.0-only
//
// The plan of one boot: what the guest does and checks, step by step. The host makes the plan, so
// it can tell whether the guest completed all of it.
#ifndef KPB_CORE_BOOT_PLAN_BOOT_HPP
#define KPB_CORE_BOOT_PLAN_BOOT_HPP

#include "core/boot/expectations.hpp"

namespace kpb {

// How long the guest waits for a transition, in seconds.
inline constexpr unsigned k_transition_bound = 60;

struct BootModule {
  std::string path;            // in the guest
  std::string name;            // the module's own name
  std::optional<bool> replace; // nothing if unknown
  std::string origin;          // the file that it came from, for messages
};

struct BootRequest {
  std::vector<BootModule> patches;
  std::vector<BootModule> targets;      // patched modules that are loaded before the patches
  std::vector<BootModule> late_targets; // and those that are loaded after them
  std::vector<Expectation> expectations;
  bool allow_unloaded = false; // do not fail if an object's module is not loaded
};

struct BootStep {
  std::vector<std::string> words; // the verb and its arguments, see core/programs/guest/actions.cpp
  std::string subject;            // a module's name, or ""
  std::string what;
};

// Sets the order of loading: replace-mode patches before stacked ones, otherwise as given.
void order_patches(std::vector<BootModule>& patches);

// Takes patches in the order of order_patches().
std::vector<BootStep> plan_boot(const BootRequest& request);

// Index of the step that loads the first patch: a failure from there on is blamed on the patch.
size_t first_load(const std::vector<BootStep>& steps);

// What the guest reads: a line about the whole plan, then a line for each step, with words
// separated by tabs.
std::string steps_file(const std::vector<BootStep>& steps, const std::string& tag);
// Whether kpb-guest, which reads them with tabbed_words(), would read these steps and no others.
bool steps_read_back(std::string_view text, const std::vector<BootStep>& steps,
                     const std::string& tag);

} // namespace kpb

#endif
