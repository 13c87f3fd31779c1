// SPDX-License-Identifier: GPL-2.0-only
//
// What a builder's log means to the author of a live patch. The builders of diffs end in 1 whatever
// went wrong, and say so among a hundred thousand lines of make: this is where those lines become one
// message. Shared by the plugins that run kpatch-build and klp-build.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_FAILURE_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_FAILURE_HPP

#include <kpb/sdk.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpb::builders {

enum class Tool { kpatch_build, klp_build };

// As a diagnostic: "WHERE: WHAT; WHY" and a hint. `why` may have several lines.
struct Failure {
  std::string code;
  uint32_t fault = KPB_FAULT_TOOL;
  std::string where; // "" where the log names no place
  std::string what;
  std::string why;
  std::string hint;
};

// `log`: output and errors together, or the end of them. `exit_status`: 0..255, or minus the signal
// that ended the tool. Never fails: what no table knows becomes a Failure that says so.
Failure diagnose(Tool tool, std::string_view log, int exit_status);

// Exit status 0 and the tool's last word. Neither is proof alone: klp-build ends in 0 when it does not
// understand its options, and both go on after SIGTERM.
bool succeeded(Tool tool, std::string_view log, int exit_status);

// Patches stand in a Failure by the name that the tool saw ("patch-001.patch"), files as in the tree.
// Each `renamed` is replaced wherever it stands as a whole name: {"patch-001.patch", "fix.patch"}.
void show_names(Failure& failure, const std::vector<std::pair<std::string, std::string>>& renamed);

} // namespace kpb::builders

#endif
