// SPDX-License-Identifier: GPL-2.0-only
//
// Finds the positions of names in an object of the target, counted as the kernel counts them when
// it loads a live patch (klp_find_object_symbol): among all symbols of one name, functions or not,
// in the order of kallsyms for vmlinux and of the symbol table for a module.
#ifndef KPB_CORE_INSPECT_TARGET_TARGET_SYMBOLS_HPP
#define KPB_CORE_INSPECT_TARGET_TARGET_SYMBOLS_HPP

#include "core/inspect/target/target_elf.hpp"

#include <map>
#include <string>
#include <vector>

namespace kpb {

struct Occurrence {
  uint64_t address = 0;
  bool function = false;
  bool init = false; // freed once its object has started
};

struct FoundSymbol {
  std::vector<Occurrence> occurrences; // in the kernel's order
  // A variant that a compiler made of the function, "NAME.isra.0", for the hint if nothing else is
  // found.
  std::string clone;
};

// The names to search for, each with what was found.
using SymbolSearch = std::map<std::string, FoundSymbol, std::less<>>;

// Fills `search` in one pass over the object's symbols. False means that an error was reported.
bool find_symbols(const TargetElf& object, SymbolSearch& search, DiagnosticSink& sink);

} // namespace kpb

#endif
