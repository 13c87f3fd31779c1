// SPDX-License-Identifier: GPL-2.0-only
//
// What went wrong, out of all that make, compiler, modpost and linker print.
#ifndef KPB_PLUGINS_KBUILD_MAKE_OUTPUT_HPP
#define KPB_PLUGINS_KBUILD_MAKE_OUTPUT_HPP

#include "module_tree.hpp"

#include <string>

namespace kpb::builders {

class MakeOutput {
public:
  // `module_dir` is replaced in what is shown: the user knows the files by other names.
  MakeOutput(const std::string& text, const std::string& module_dir, const ModuleTree& tree);

  // What the generated Kbuild says about the user's; "" when it had nothing to say.
  std::string refusal() const;
  // Symbols that the kernel does not have, one per line; modpost may call this a warning.
  std::string undefined_symbols() const;
  // The lines with errors or, when none is recognized, the last ones.
  std::string errors() const;

private:
  std::vector<std::string> m_lines;
};

} // namespace kpb::builders

#endif
