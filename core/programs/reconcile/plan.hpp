// SPDX-License-Identifier: GPL-2.0-only
//
// Which modules should be loaded, and in which order: a pure function of what is installed and what
// the kernel says (docs/runtime.md). File names decide nothing.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_PLAN_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_PLAN_HPP

#include "core/programs/reconcile/installed.hpp"
#include "core/programs/reconcile/observed.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace kpb::runtime {

// Why a module is not in force, or cannot be.
struct Refusal {
  std::string code; // docs/runtime.md; "": no obstacle
  std::string why;
  std::string hint;
  explicit operator bool() const { return !code.empty(); }
};

// Whether the refusal is what somebody wanted, not a fault of the machine.
bool is_chosen(const Refusal& refusal);

struct Candidate {
  const Package* package = nullptr; // null for an unlisted file
  const Module* module = nullptr;
  Refusal refusal;

  bool replaces() const { return module->replace == Replace::yes; }
  // It is unknown whether it replaces: it is loaded once, and not again after it was itself
  // replaced.
  bool is_of_unknown_kind() const { return module->replace == Replace::unknown; }
  std::string title() const; // for messages: the package, or the file
};

using Check = std::function<Refusal(const Candidate&)>;

// `installed` must outlive the plan. `check` is called for modules that are not active. A machine of
// "" is any.
std::vector<Candidate> make_plan(const Installed& installed, const std::string& kernel,
                                 const std::string& machine, const Observed& observed,
                                 const Check& check);

// The replace-mode module that the plan is based on; null if there is none.
const Candidate* base_of(const std::vector<Candidate>& plan);

// The next module to load; null when nothing more can be loaded.
Candidate* next_load(std::vector<Candidate>& plan, const Observed& observed, Files& files,
                     const std::set<std::string>& tried);

// A function that two stacked modules of the plan both patch, for a warning: the later one is in
// force.
struct Overlap {
  const Candidate* under = nullptr;
  const Candidate* over = nullptr;
  std::string function;
};
std::vector<Overlap> overlaps(const std::vector<Candidate>& plan);

} // namespace kpb::runtime

#endif
