// SPDX-License-Identifier: GPL-2.0-only
//
// See policies.hpp.
#include "core/pipeline/policies.hpp"

#include "core/base/text.hpp"
#include "core/pipeline/amendments.hpp"
#include "core/pipeline/build.hpp"
#include <kpb/sdk/fields.hpp>

#include <algorithm>

namespace kpb {

bool load_policies(Build& build) {
  if (!build.policies.empty()) // another cell of a series needed them
    return true;
  for (const auto& name : build.request.policies()) {
    auto policy = PolicyInstance::make(build.context.plugins, name, build.services(),
                                       build.context.diagnostics);
    if (!policy)
      return false;
    build.policies.push_back(std::move(policy));
  }
  return true;
}

bool run_policies(Build& build, Document& document,
                  CallResult (PolicyInstance::*call)(Document&, DiagnosticSink&)) {
  build.removed_relations.clear();
  for (const auto& policy : build.policies) {
    const bool first = policy == build.policies.front(); // it has nobody to amend
    const Document before = first ? Document() : document;
    if ((policy.get()->*call)(document, build.context.diagnostics) != CallResult::ok)
      return false;
    if (first)
      continue;
    const std::string who = "policy " + policy->name();
    for (const auto& line : note_amendments(before, document, who))
      build.removed_relations.emplace(line, who);
  }
  return true;
}

std::string policies_shown(const Build& build) {
  return "policy " + join(build.request.policies(), " + ");
}

bool policy_breach(Build& build, const std::string& what, const std::string& why) {
  return fail(build.context.diagnostics,
              {.fault = Fault::plugin,
               .code = "plugin-contract",
               .where = policies_shown(build),
               .what = what,
               .why = why,
               .hint = "this is a bug in the policy; report it to its author"});
}

bool only_classic(const Build& build) {
  return std::all_of(build.request.policies().begin(), build.request.policies().end(),
                     [](const auto& p) { return p == "classic"; });
}

bool check_functions_known(Build& build, const Document& d) {
  const auto fact = d.boolean(fields::module_replace);
  const auto replace = fact ? fact : d.boolean(fields::request_replace);
  const size_t functions =
      std::max(d.size(fields::module_functions), d.size(fields::request_functions));
  if (only_classic(build) || replace != std::optional<bool>(false) || functions > 0)
    return true;
  return fail(
      build.context.diagnostics,
      {.fault = Fault::input,
       .code = "functions-unknown",
       .what = "it is not known which functions the stacked module patches",
       .why = "two stacked modules that patch the same function collide, so the package must list "
              "its functions",
       .hint = "declare them: --function vmlinux:cmdline_proc_show, once for each"});
}

} // namespace kpb
