// SPDX-License-Identifier: GPL-2.0-only
//
// What a live-patch module needs from the kernel that loads it, apart from the functions that it
// patches (those are in ModuleFacts). It is only read here; target_gates.hpp compares it with the
// target.
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

// ".klp.sym.OBJECT.NAME,POSITION": a symbol that is resolved in the object when it is patched.
struct LivepatchSymbol {
  std::string symbol; // as written
  std::string object;
  std::string name;
  uint64_t position = 0; // 0: the only one of that name
};

struct ModuleReferences {
  std::vector<LivepatchSymbol> livepatch_symbols;
  std::vector<std::string> malformed_symbols; // begin with ".klp.sym." but do not have that form
  std::set<std::string> undefined;            // symbols that must be exported
  // The CRCs of the symbols it was built against (CONFIG_MODVERSIONS); nullopt if it records none.
  std::optional<std::map<std::string, uint64_t, std::less<>>> crcs;
  std::set<std::string> compilers; // the different strings in .comment
};

// `image` is the whole file of the module from which `facts` were read. nullopt means that an error
// was reported.
std::optional<ModuleReferences> read_references(std::string_view image, const ModuleFacts& facts,
                                                const std::string& shown_path,
                                                DiagnosticSink& sink);

// The strings of a .comment section.
std::set<std::string> comment_strings(std::string_view section);

} // namespace kpb

#endif
