// SPDX-License-Identifier: GPL-2.0-only
//
// Reads modules.conf (docs/document.md): what a live patch's module is and its ELF file does not say. kpb
// writes it; packagers of other specs write it by hand, so it is judged line by line.
#ifndef KPB_CORE_MODEL_MODULES_CONF_HPP
#define KPB_CORE_MODEL_MODULES_CONF_HPP

#include "core/diag/diagnostic.hpp"
#include "plugins/relations/tokens.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct ModulesConf {
  struct Module {
    std::string name;   // the module's own
    std::string file;   // where it is installed
    std::string sha256; // "" where it is not known
    std::optional<bool> replace;
    std::vector<relations::Function> functions;
    std::vector<std::string> states;
  };

  // Of the package; "" where it does not say.
  std::string package, epoch, version, release, kernel, arch, stem;
  std::optional<relations::Exact> on_top_of;
  bool vendor_conflict = true;
  std::vector<Module> modules;

  const Module* of_file(std::string_view path) const;
};

// Nothing (and one error, at `where`:LINE) for a text that is no such file. Keys that are not known are
// passed over: a later version may have more.
std::optional<ModulesConf> read_modules_conf(std::string_view text, const std::string& where,
                                             DiagnosticSink& sink);

} // namespace kpb

#endif
