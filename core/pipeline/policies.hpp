// SPDX-License-Identifier: GPL-2.0-only
//
// The chain of policies, for the two passes that call it: name_package and describe_package.
#ifndef KPB_CORE_PIPELINE_POLICIES_HPP
#define KPB_CORE_PIPELINE_POLICIES_HPP

#include "core/model/document.hpp"
#include "core/plugin/instance.hpp"

#include <string>

namespace kpb {

struct Build;

bool load_policies(Build& build);

// Calls each policy in its turn, with a note of what it changes of the earlier ones' words.
bool run_policies(Build& build, Document& document,
                  CallResult (PolicyInstance::*call)(Document&, DiagnosticSink&));

// "policy standard + site"
std::string policies_shown(const Build& build);
// One of the chain broke its contract. Returns false.
bool policy_breach(Build& build, const std::string& what, const std::string& why);

// The relations as the whole chain left them.
bool check_relations(Build& build, const Document& document);
// A stacked module's functions must be known, for every policy but `classic`.
bool check_functions_known(Build& build, const Document& document);
// `classic` has no relations and asks for nothing, as in 2015.
bool only_classic(const Build& build);

} // namespace kpb

#endif
