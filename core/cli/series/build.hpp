// SPDX-License-Identifier: GPL-2.0-only
//
// kpb series build and status: from the command line to a run, and from its outcome to the output.
#ifndef KPB_CORE_CLI_SERIES_BUILD_HPP
#define KPB_CORE_CLI_SERIES_BUILD_HPP

#include "core/cli/command.hpp"
#include "core/cli/session.hpp"
#include "core/series/plan.hpp"
#include "core/series/result_directory.hpp"

namespace kpb {

// The directory of --output, or its default; absolute.
std::optional<ResultDirectory> series_directory(Session& session, const Arguments& arguments,
                                                const std::string& manifest);
// True when everything that was to be done is done.
bool series_build(Session& session, Context& context, SeriesPlan plan, const Arguments& arguments,
                  Document& result);
bool series_status(Session& session, Context& context, SeriesPlan plan, const Arguments& arguments,
                   Document& result);

} // namespace kpb

#endif
