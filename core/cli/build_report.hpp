// SPDX-License-Identifier: GPL-2.0-only
//
// What is told of a finished build, by `kpb build` and by the old command line alike.
#ifndef KPB_CORE_CLI_BUILD_REPORT_HPP
#define KPB_CORE_CLI_BUILD_REPORT_HPP

#include "core/cli/session.hpp"
#include "core/pipeline/build.hpp"

namespace kpb {

// A JSON result (schema kpb.result/1) of a command.
Document new_result(const std::string& command);
// The exit status of a build that waits for a signature: try again, it is nobody's fault.
inline constexpr int k_status_waits = 75;
// Artifacts and package documents of a build.
void put_build(Build& build, Document& result);
// With --report: what was made and what was said, in a file that is there as a whole (kpb.report/1). False
// when it cannot be written.
bool write_report(Session& session, const Build& build, const std::string& path, int status);
// For people and scripts: the spec itself with `-o -`, else one path a line; with --dry-run what
// would be made.
void tell_build(Session& session, Build& build);
// With --explain: every name and relation of each document, who set it and why.
void tell_why(Session& session, const Build& build);
// The same for --sign-later: where the module is, and what to do with it.
void tell_waiting(Session& session, const Build& build);

} // namespace kpb

#endif
