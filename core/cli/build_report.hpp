// SPDX-License-Identifier: GPL-2.0-only
//
// The output about a finished build, for `kpb build` and for the old command line.
#ifndef KPB_CORE_CLI_BUILD_REPORT_HPP
#define KPB_CORE_CLI_BUILD_REPORT_HPP

#include "core/cli/session.hpp"
#include "core/pipeline/build.hpp"

namespace kpb {

// A command's JSON result (schema kpb.result/1).
Document new_result(const std::string& command);
// The exit status of a build that waits for a signature: nothing failed, it is to be continued.
inline constexpr int k_status_waits = 75;
// Adds a build's artifacts and package documents.
void put_build(Build& build, Document& result);
// For --report: writes the results and messages to a file (kpb.report/1), completely or not at all.
// False if it cannot be written.
bool write_report(Session& session, const Build& build, const std::string& path, int status);
// For users and scripts: with `-o -` the spec itself, otherwise one path per line; with --dry-run
// what would be made.
void tell_build(Session& session, Build& build);
// For --explain: every name and relation of each document, who set it and why.
void tell_why(Session& session, const Build& build);
// For --sign-later: where the module is, and what to do with it.
void tell_waiting(Session& session, const Build& build);

} // namespace kpb

#endif
