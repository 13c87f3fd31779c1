// SPDX-License-Identifier: GPL-2.0-only
//
// What the builders print while all goes well: their steps, and the functions that they found changed.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_PHASES_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_PHASES_HPP

#include "diagnose.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kpb::builders {

// What a phase works on: the same error is somebody else's fault in each.
enum class Stage { other, original, patched, compare, module };

// A line that begins with `marker` begins the phase. The texts are literals: views of them may be
// handed to the host (kpb_view_phase).
struct Phase {
  std::string_view marker;
  std::string_view words; // "compiling the original"; goes after "while" as well
  Stage stage = Stage::other;
};

// In the order in which the tool prints them.
const std::vector<Phase>& phases(Tool tool);

struct ChangedFunction {
  std::string
      object; // as printed: "cmdline.o" by kpatch-build, "fs/xfs/xfs.o" or "vmlinux.o" by klp-build
  std::string name;
  bool is_new = false;
};

// In the order of the log, each once.
std::vector<ChangedFunction> changed_functions(std::string_view log);

} // namespace kpb::builders

#endif
