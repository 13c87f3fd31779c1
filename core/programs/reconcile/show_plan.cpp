// SPDX-License-Identifier: GPL-2.0-only
//
// --dry-run: what a run would do, without doing any of it.
#include "core/programs/reconcile/reconcile.hpp"

#include "core/base/ascii.hpp"
#include "core/programs/reconcile/environment.hpp"
#include "core/programs/reconcile/kernels.hpp"
#include "core/programs/reconcile/survey.hpp"
#include "core/programs/reconcile/witness.hpp"

namespace kpb::runtime {

namespace {

// Appends what would be done for the world's kernel. Whether all would be in force.
bool plan_of(World& world, const Settings& settings, std::string& output) {
  const Guard guard(world, settings);
  Survey survey(world, settings, guard, Which::of_this_kernel);
  for (const auto& damaged : survey.installed.damaged)
    output += "leave " + shown_plain(damaged.where) + ": " + damaged.why + " [conf-damaged]\n";
  const auto foreign = settings.displace_foreign ? std::vector<std::string>() : survey.foreign();
  bool good = survey.installed.damaged.empty();
  for (const auto& candidate : survey.plan) {
    Refusal refusal = candidate.refusal;
    const bool active = survey.observed.active(candidate.module->name);
    if (!active && !refusal)
      refusal = check_foreign(world.files, candidate, foreign);
    const std::string what =
        candidate.module->name + " (" + candidate.title() +
        (candidate.package != nullptr ? " " + candidate.package->evr.text() : std::string()) + ")";
    if (active)
      output += "keep " + what + "\n";
    else if (refusal)
      output += "leave " + what + ": " + refusal.why + " [" + refusal.code + "]\n";
    else
      output += "load " + what + "\n";
    good = good && (active || !refusal || is_chosen(refusal));
  }
  return good;
}

} // namespace

int show_plan(World& everything, std::string& output) {
  const bool at_rest = everything.kernel.release().empty();
  Witness witness(everything.files, at_rest);
  World world{witness, everything.kernel, everything.clock, everything.programs, everything.log};
  const auto around = at_rest ? Surroundings{false, "nothing runs in this root", ""}
                              : look_around(everything.files);
  if (!around.idle.empty())
    output += "nothing: " + around.idle + "\n";
  const Settings settings = read_settings(world);
  bool good = true;
  if (at_rest) {
    const auto installed = read_installed(witness, "", Which::all);
    auto kernels = kernels_there(witness);
    kernels.merge(kernels_with_patches(witness, settings, installed));
    for (const auto& release : kernels) {
      KernelAtRest kernel(everything.kernel, release);
      World one{witness, kernel, world.clock, world.programs, world.log};
      output += "kernel " + release + ":\n";
      good = plan_of(one, settings, output) && good;
    }
  } else {
    good = plan_of(world, settings, output);
  }
  bool known = around.elsewhere || around.unknown.empty();
  if (!known)
    output += "not known: " + around.unknown + "\n";
  for (const auto& one : witness.unseen()) {
    output += "not known: " + shown_plain(one.where) + ": " + one.why + "\n";
    known = false;
  }
  return !known ? k_environment : good ? k_done : k_not_in_force;
}

} // namespace kpb::runtime
