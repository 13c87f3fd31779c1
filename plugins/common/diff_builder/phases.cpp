// SPDX-License-Identifier: GPL-2.0-only
//
// See phases.hpp. The markers are those of kpatch-build 0.9.10 and 0.9.11, and of klp-build in Linux
// 6.19 to 7.3 (the older ones have no step of their own for checksums).
#include "phases.hpp"

#include "log_lines.hpp"

#include <set>
#include <tuple>

namespace kpb::builders {

const std::vector<Phase>& phases(Tool tool) {
  static const std::vector<Phase> kpatch_build = {
      {"Using source directory at ", "checking the kernel's tree, configuration and compiler"},
      {"Testing patch file(s)", "testing the patch"},
      {"Reading special section data", "reading the kernel's debug information"},
      {"Building original source", "compiling the original", Stage::original},
      {"Building patched source", "compiling the patched source", Stage::patched},
      {"Extracting new and modified ELF sections", "comparing the objects", Stage::compare},
      {"Building patch module: ", "linking the module", Stage::module},
  };
  static const std::vector<Phase> klp_build = {
      {"Validating patch(es)", "testing the patch"},
      {"Building original kernel", "compiling the original", Stage::original},
      {"Copying original object files", "saving the original's objects"},
      {"Fixing patch(es)", "fixing line numbers in the patch"},
      {"Building patched kernel", "compiling the patched source", Stage::patched},
      {"Copying patched object files", "finding changed objects"},
      {"Generating original checksums", "computing checksums of the original's functions",
       Stage::compare},
      {"Generating patched checksums", "computing checksums of the patched functions",
       Stage::compare},
      {"Diffing objects", "comparing the objects", Stage::compare},
      {"Building patch module: ", "linking the module", Stage::module},
  };
  return tool == Tool::kpatch_build ? kpatch_build : klp_build;
}

std::vector<ChangedFunction> changed_functions(std::string_view log) {
  std::vector<ChangedFunction> out;
  std::set<std::tuple<std::string, std::string, bool>> seen;
  for (LogLines lines(log); lines.next();) {
    for (const bool is_new : {false, true}) {
      const std::string_view words = is_new ? ".o: new function: " : ".o: changed function: ";
      const size_t at = lines.line().find(words);
      if (at == std::string_view::npos)
        continue;
      // The last word before the marker: a line may have come to stand behind another's unfinished one.
      const std::string object(last_word(lines.line().substr(0, at + 2)));
      const std::string name(first_word(lines.line().substr(at + words.size())));
      if (!name.empty() && seen.emplace(object, name, is_new).second)
        out.push_back({object, name, is_new});
    }
  }
  return out;
}

} // namespace kpb::builders
