// SPDX-License-Identifier: GPL-2.0-only
//
// See plan.hpp.
#include "core/programs/reconcile/plan.hpp"

#include "core/base/text.hpp"
#include "core/programs/reconcile/package_name.hpp"

#include <algorithm>
#include <map>

namespace kpb::runtime {

namespace {

bool older(const Candidate& a, const Candidate& b) {
  if (const int order = compare(a.package->evr, b.package->evr); order != 0)
    return order < 0;
  return a.package->name < b.package->name;
}

std::string name_and_version(const Package& package) {
  return package.name + " " + package.evr.text();
}

struct Sorted {
  std::vector<Candidate> unknown, replacing, on_top, stacked;
};

Sorted sort_by_kind(const Installed& installed, const std::string& kernel,
                    const std::string& machine) {
  Sorted out;
  for (const auto& module : installed.unlisted)
    out.unknown.push_back({nullptr, &module, {}});
  const size_t unlisted = out.unknown.size();
  for (const auto& package : installed.packages) {
    if (package.kernel != kernel || (!machine.empty() && package.arch != machine))
      continue;
    for (const auto& module : package.modules) {
      const Candidate candidate{&package, &module, {}};
      if (candidate.replaces())
        out.replacing.push_back(candidate);
      else if (candidate.is_of_unknown_kind())
        out.unknown.push_back(candidate);
      else if (!package.base.empty())
        out.on_top.push_back(candidate);
      else
        out.stacked.push_back(candidate);
    }
  }
  std::stable_sort(out.unknown.begin() + static_cast<std::ptrdiff_t>(unlisted), out.unknown.end(),
                   older);
  for (auto* list : {&out.replacing, &out.on_top, &out.stacked})
    std::stable_sort(list->begin(), list->end(), older);
  return out;
}

} // namespace

bool is_chosen(const Refusal& refusal) {
  return refusal.code == "skipped" || refusal.code == "unlisted-beside-replace";
}

std::string Candidate::title() const { return package != nullptr ? package->name : module->file; }

std::vector<Candidate> make_plan(const Installed& installed, const std::string& kernel,
                                 const std::string& machine, const Observed& observed,
                                 const Check& check) {
  Sorted sorted = sort_by_kind(installed, kernel, machine);
  const auto judge = [&](Candidate& candidate) {
    if (!observed.active(candidate.module->name))
      candidate.refusal = check(candidate);
  };
  const auto refuse = [&](Candidate& candidate, Refusal refusal) {
    if (!observed.active(candidate.module->name))
      candidate.refusal = std::move(refusal);
  };

  const Package* base = nullptr;
  for (auto it = sorted.replacing.rbegin(); it != sorted.replacing.rend(); ++it) {
    if (base != nullptr) {
      it->refusal = {"not-newest",
                     name_and_version(*base) +
                         " is newer, and only one replace-mode module can be active",
                     "remove one of the two packages"};
      continue;
    }
    judge(*it);
    if (!it->refusal)
      base = it->package;
  }
  for (auto& candidate : sorted.unknown) {
    if (base != nullptr)
      candidate.refusal = {"unlisted-beside-replace",
                           name_and_version(*base) + " replaces all other live patches",
                           "remove that package or this file"};
    else if (candidate.package == nullptr && !installed.unclear.empty())
      refuse(
          candidate,
          {"unlisted-beside-damaged",
           installed.unclear +
               " cannot be read, and this file may belong to its package, so it is not known what "
               "it must be",
           "reinstall the package"});
    else
      judge(candidate);
  }
  for (auto& candidate : sorted.on_top) {
    const Package& p = *candidate.package;
    if (base != nullptr && is_called(base->name, p.base) && base->evr.text() == p.base_version)
      judge(candidate);
    else
      candidate.refusal = {
          "base-not-active",
          "it is meant to be used on top of " + p.base + " " + p.base_version + ", and " +
              (base == nullptr ? "no replace-mode module can be loaded"
                               : name_and_version(*base) + " is the replace-mode module here"),
          "update it together with its base"};
  }
  for (auto& candidate : sorted.stacked)
    judge(candidate);

  std::vector<Candidate> plan;
  for (auto* list : {&sorted.unknown, &sorted.replacing, &sorted.on_top, &sorted.stacked})
    for (auto& candidate : *list)
      plan.push_back(std::move(candidate));
  return plan;
}

const Candidate* base_of(const std::vector<Candidate>& plan) {
  const auto found = std::find_if(plan.begin(), plan.end(), [](const Candidate& candidate) {
    return candidate.replaces() && !candidate.refusal;
  });
  return found == plan.end() ? nullptr : &*found;
}

Candidate* next_load(std::vector<Candidate>& plan, const Observed& observed, Files& files,
                     const std::set<std::string>& tried) {
  for (auto& candidate : plan) {
    const std::string& name = candidate.module->name;
    if (candidate.refusal || observed.find(name) != nullptr || tried.count(name) != 0)
      continue;
    if (candidate.is_of_unknown_kind() && is_resident(files, name))
      continue;
    return &candidate;
  }
  return nullptr;
}

std::vector<Overlap> overlaps(const std::vector<Candidate>& plan) {
  std::vector<Overlap> out;
  std::map<std::string_view, const Candidate*> seen;
  std::set<std::pair<const Candidate*, const Candidate*>> told;
  for (const auto& candidate : plan) {
    if (candidate.refusal || candidate.replaces())
      continue;
    for (const auto& function : candidate.module->functions) {
      const auto [at, first] = seen.emplace(function, &candidate);
      if (!first && told.emplace(at->second, &candidate).second)
        out.push_back({at->second, &candidate, function});
      at->second = &candidate;
    }
  }
  return out;
}

} // namespace kpb::runtime
