// SPDX-License-Identifier: GPL-2.0-only
//
// What running kpatch-build and running klp-build have in common: the environment, what is asked of the
// build root, and what is made of the result.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_VIEW_BUILD_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_VIEW_BUILD_HPP

#include "diagnose.hpp"

#include <kpb/sdk/draft/view.hpp>

#include <string>
#include <vector>

namespace kpb::builders {

// Why this builder cannot be used here, as a note; returns false, for a probe.
bool cannot(const sdk::Sink& out, std::string_view builder, sdk::Diagnostic why);

// The prepared kernel, for a probe: reports and returns nothing where there is none.
std::optional<sdk::draft::View> prepared_kernel(const sdk::Host& host,
                                                const sdk::Document& document,
                                                std::string_view builder, const sdk::Sink& out);

// "y", "m" or the text of an option of the kernel's configuration; "" where it is not set.
std::string config_value(const std::string& config, std::string_view option);

// Those of `tools` that the build root does not have, joined; "" when it has all.
std::string missing_tools(const sdk::draft::View& view, const std::vector<std::string>& tools);

// What every run of a builder gets; what is compiled must not say when, where and by whom.
std::vector<std::string> builder_environment(const sdk::Document& document);

// The patches of the request as the view has them.
std::vector<std::string> patch_paths(const sdk::draft::View& view, const sdk::Document& document);

// Runs it and reports: /build/module and /build/replace, or the failure as one diagnosed error.
// `version` is the tool's own.
void build_in_view(Tool tool, const std::string& version, const sdk::draft::View& view,
                   const sdk::draft::ViewRun& run, const sdk::Host& host,
                   const sdk::Document& document, const sdk::Sink& out);

} // namespace kpb::builders

#endif
