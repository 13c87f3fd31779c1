// SPDX-License-Identifier: GPL-2.0-only
//
// What a live-patch module asks of the kernel that loads it, beyond the functions that it patches
// (those are in ModuleFacts). Only read here; target_gates.hpp compares it with the target.
#ifndef KPB_CORE_INSPECT_TARGET_MODULE_REFERENCES_HPP
#define KPB_CORE_INSPECT_TARGET_MODULE_REFERENCES_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// ".klp.sym.OBJECT.NAME,POSITION": a symbol that is found in the object when it is patched.
struct LivepatchSymbol {
  std::string symbol; // as written
  std::string object;
  std::string name;
  uint64_t position = 0; // 0: the only one of that name
};

struct ModuleReferences {
  std::vector<LivepatchSymbol> livepatch_symbols;
  std::vector<std::string> malformed_symbols; // begin with ".klp.sym." and are of no such form
  std::set<std::string> undefined;            // what must be exported
  // The CRCs of what it was built against (CONFIG_MODVERSIONS); nullopt where it records none.
  std::optional<std::map<std::string, uint64_t, std::less<>>> crcs;
  std::set<std::string> compilers; // the different strings of .comment
};

// `image` is the module's whole file, of which `facts` were read before. nullopt is reported.
std::optional<ModuleReferences> read_references(std::string_view image, const ModuleFacts& facts,
                                                const std::string& shown_path,
                                                DiagnosticSink& sink);

// The strings of a .comment section.
std::set<std::string> comment_strings(std::string_view section);

} // namespace kpb

#endif
