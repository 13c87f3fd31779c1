// SPDX-License-Identifier: GPL-2.0-only
//
// What a builder's log means to the author of a live patch. The builders of diffs end in 1 whatever
// went wrong, and say so among a hundred thousand lines of make: this is where those lines become one
// message. Shared by the plugins that run kpatch-build and klp-build.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_DIAGNOSE_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_DIAGNOSE_HPP

#include <kpb/sdk.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpb::builders {

enum class Tool { kpatch_build, klp_build };

// What is known of the build, "" for what is not: some messages mean another thing with an old builder.
struct Versions {
  std::string builder; // "0.9.11"
  std::string kernel;  // the release
};

// `log`: output and errors together, or the end of them. `exit_status`: 0..255, or minus the signal
// that ended the tool. `where` is "" when the log names no place; `why` may have several lines. Never
// fails: what no table knows becomes a diagnostic that says so.
sdk::Diagnostic diagnose(Tool tool, std::string_view log, int exit_status,
                         const Versions& versions = {});

// Exit status 0 and the tool's last word. Neither is proof alone: klp-build ends in 0 when it does not
// understand its options, and both go on after SIGTERM.
bool succeeded(Tool tool, std::string_view log, int exit_status);

// Patches stand in a diagnostic by the name that the tool saw ("patch-001.patch"), files as in the tree.
// Each `renamed` is replaced wherever it stands as a whole name: {"patch-001.patch", "fix.patch"}.
void show_names(sdk::Diagnostic& failure,
                const std::vector<std::pair<std::string, std::string>>& renamed);

} // namespace kpb::builders

#endif
