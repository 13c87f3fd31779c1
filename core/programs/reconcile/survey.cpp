// SPDX-License-Identifier: GPL-2.0-only
//
// See survey.hpp.
#include "core/programs/reconcile/survey.hpp"

#include <algorithm>

namespace kpb::runtime {

Survey::Survey(World& world, const Settings& settings, const Guard& guard, Which which)
    : installed(read_installed(world.files, world.kernel.release(), which)), own(world.files),
      observed(observe(world.files)) {
  if (!settings.load_unlisted)
    installed.unlisted.clear();
  plan = make_plan(installed, world.kernel.release(), world.kernel.machine(), observed,
                   [&](const Candidate& candidate) {
                     return check_module(world, settings, guard, candidate).refusal;
                   });
}

const Candidate* Survey::candidate(const std::string& module) const {
  const auto found = std::find_if(plan.begin(), plan.end(),
                                  [&](const Candidate& one) { return one.module->name == module; });
  return found == plan.end() ? nullptr : &*found;
}

std::vector<std::string> Survey::foreign() const {
  std::vector<std::string> out;
  for (const auto& patch : observed.patches)
    if (candidate(patch.name) == nullptr && own.find(patch.name) == nullptr)
      out.push_back(patch.name);
  return out;
}

std::vector<std::string> Survey::until_reboot() const {
  std::vector<std::string> out;
  for (const auto& patch : observed.patches)
    if (candidate(patch.name) == nullptr && own.find(patch.name) != nullptr)
      out.push_back(patch.name);
  return out;
}

} // namespace kpb::runtime
