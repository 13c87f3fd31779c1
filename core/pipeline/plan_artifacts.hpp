// SPDX-License-Identifier: GPL-2.0-only
//
// What the pass `plan_artifacts` shares: names of artifacts, and what may lie at their places.
#ifndef KPB_CORE_PIPELINE_PLAN_ARTIFACTS_HPP
#define KPB_CORE_PIPELINE_PLAN_ARTIFACTS_HPP

#include "core/pipeline/artifact.hpp"

#include <set>
#include <string>
#include <string_view>

namespace kpb {

struct Build;

// The variants and their artifacts, whatever lies at their places.
bool plan_names(Build& build);

// Where an artifact goes.
std::string final_path(Build& build, const Artifact& artifact);

// No transitional package that leads elsewhere is overwritten.
bool keep_others(Build& build);
// The names that `relations` of a document require.
std::set<std::string> required_names(const Document& document, std::string_view relations);

} // namespace kpb

#endif
