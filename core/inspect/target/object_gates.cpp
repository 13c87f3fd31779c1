// SPDX-License-Identifier: GPL-2.0-only
//
// Looks up what a patch changes and refers to, object by object, so that each file is read once.
#include "core/inspect/target/gate_parts.hpp"

#include "core/base/text.hpp"
#include "core/inspect/target/target_symbols.hpp"
#include <kpb/sdk/names.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace kpb {

namespace {

constexpr const char* k_kernel = "vmlinux";
constexpr const char* k_refused =
    "the kernel refuses such a patch. If the object is a module that is not loaded yet, "
    "the kernel refuses that module later";

// What must be found in one object.
struct Wanted {
  std::vector<const PatchedFunction*> functions;
  std::vector<const LivepatchSymbol*> symbols;
};

std::map<std::string, Wanted> by_object(const TargetGate& gate) {
  std::map<std::string, Wanted> out;
  if (gate.facts.functions)
    for (const PatchedFunction& function : *gate.facts.functions)
      out[kernel_form(function.object)].functions.push_back(&function);
  for (const LivepatchSymbol& symbol : gate.references.livepatch_symbols)
    out[kernel_form(symbol.object)].symbols.push_back(&symbol);
  return out;
}

std::string times(size_t count) {
  return count == 1 ? "one symbol" : std::to_string(count) + " symbols";
}

std::string in_object(const std::string& object) {
  return object == k_kernel ? "vmlinux" : "module " + shown(object);
}

// kpatch-build records the address at which it found the function. If the target has another
// function of that name there, builder and kernel count positions differently, and the wrong
// function would be patched silently. Any other address proves nothing: the kernel may have been
// linked again since.
bool check_address(const TargetGate& gate, const PatchedFunction& wanted,
                   const FoundSymbol& found) {
  const auto& all = found.occurrences;
  const auto meant = std::find_if(all.begin(), all.end(), [&](const Occurrence& one) {
    return one.address == wanted.old_address;
  });
  const uint64_t chosen = all[wanted.position - 1].address;
  return wanted.old_address == 0 || meant == all.end() || chosen == wanted.old_address ||
         gate.refuse({.code = "target-position",
                      .what = "patches " + shown(wanted.name) + " of vmlinux at position " +
                              std::to_string(wanted.position) + ", which is at " + hex(chosen) +
                              " in the target's; the builder meant the one at " +
                              hex(wanted.old_address) + ", position " +
                              std::to_string(meant - all.begin() + 1),
                      .why = "the kernel counts by address, so it would replace the wrong function",
                      .hint = "this builder cannot patch this function"});
}

bool check_function(const TargetGate& gate, const PatchedFunction& wanted,
                    const std::string& object, const FoundSymbol& found) {
  const size_t count = found.occurrences.size();
  const std::string patches = "patches " + shown(wanted.name) + " of " + in_object(object);
  if (count == 0)
    return gate.refuse(
        {.code = "target-function",
         .what = patches + ", but the target's has no such symbol",
         .why = k_refused,
         .hint = found.clone.empty()
                     ? "build it from the source and configuration of the target's kernel"
                     : "the target has " + shown(found.clone) +
                           ": its compiler changed or split the function"});
  if (wanted.must_be_unique && count > 1)
    return gate.refuse({.code = "target-ambiguous",
                        .what = patches + " as if its name were unique, but the target's has " +
                                times(count) + " of it",
                        .why = k_refused,
                        .hint = "the builder has to say which (position 1 to " +
                                std::to_string(count) +
                                "); build it against the target's own files"});
  if (wanted.position > count)
    return gate.refuse(
        {.code = "target-position",
         .what = patches + " at position " + std::to_string(wanted.position) +
                 ", the target's has " + times(count) + " of that name",
         .why = k_refused,
         .hint = "build it from the source and configuration of the target's kernel"});
  const Occurrence& there = found.occurrences[wanted.position - 1];
  if (there.function && there.init)
    return gate.refuse(
        {.code = "target-init",
         .what = patches + ", which is __init or __exit there",
         .why = object == k_kernel
                    ? "its code is gone once the kernel has started, and the kernel then "
                      "refuses the whole patch"
                    : "it runs when the module is loaded, and its new code is gone by then",
         .hint =
             "leave this function out of the patch, and change the result of its work from other "
             "code instead"});
  if (there.function)
    return object != k_kernel || check_address(gate, wanted, found);
  return gate.refuse({.code = "target-function",
                      .what = patches + " at position " + std::to_string(wanted.position) +
                              ", where the target's has no function",
                      .why = k_refused,
                      .hint = "build it from the source and configuration of the target's kernel"});
}

bool check_symbol(const TargetGate& gate, const LivepatchSymbol& wanted, const std::string& object,
                  const FoundSymbol& found) {
  const size_t count = found.occurrences.size();
  if (wanted.position == 0 ? count == 1 : wanted.position <= count)
    return true;
  return gate.refuse({.code = "target-klp-symbol",
                      .what = "refers by " + shown(wanted.symbol) + " to " +
                              (wanted.position == 0 ? "the only symbol"
                                                    : "symbol " + std::to_string(wanted.position)) +
                              " of that name in " + in_object(object) + ", the target's has " +
                              (count == 0 ? "none" : std::to_string(count)),
                      .why = k_refused,
                      .hint = "build it from the source and configuration of the target's kernel"});
}

bool check_object(const TargetGate& gate, const TargetElf& elf, const std::string& object,
                  const Wanted& wanted) {
  SymbolSearch search;
  for (const PatchedFunction* function : wanted.functions)
    search[function->name];
  for (const LivepatchSymbol* symbol : wanted.symbols)
    search[symbol->name];
  if (elf.machine() != gate.facts.e_machine)
    return gate.refuse({.code = "target-machine",
                        .what = "is for the machine with the ELF number " +
                                std::to_string(gate.facts.e_machine) + ", the target's " +
                                base_name(elf.path()) + " for " + std::to_string(elf.machine())});
  if (!find_symbols(elf, search, gate.sink))
    return false;
  bool ok = true;
  for (const PatchedFunction* function : wanted.functions)
    ok = check_function(gate, *function, object, search[function->name]) && ok;
  for (const LivepatchSymbol* symbol : wanted.symbols)
    ok = check_symbol(gate, *symbol, object, search[symbol->name]) && ok;
  return ok;
}

// The target's module files, by the kernel's form of their names. nullopt means that an error was
// reported.
std::optional<std::map<std::string, std::string>> module_files(const TargetGate& gate) {
  std::map<std::string, std::string> out;
  if (gate.files.modules.empty())
    return out;
  const auto names = gate.filesystem.list(gate.files.modules);
  if (!names) {
    fail(gate.sink, {.fault = Fault::input,
                     .code = "target-unreadable",
                     .where = gate.files.modules,
                     .what = "cannot be read",
                     .why = names.error().reason(),
                     .hint = "give a directory of the target's NAME.ko files"});
    return std::nullopt;
  }
  for (const std::string& name : *names)
    if (name.ends_with(".ko"))
      out.emplace(kernel_form(name.substr(0, name.size() - 3)), gate.files.modules + "/" + name);
  return out;
}

void unknown_object(const TargetGate& gate, const std::string& object, const Wanted& wanted) {
  warn(gate.sink,
       {.code = "target-object-unknown",
        .where = gate.where,
        .what = "what it patches or uses in module " + shown(object) + " was not looked up (" +
                "functions: " + std::to_string(wanted.functions.size()) +
                ", symbols: " + std::to_string(wanted.symbols.size()) + ")",
        .why = gate.files.modules.empty()
                   ? "no --modules directory was given"
                   : "there is no " + object + ".ko in " + gate.files.modules,
        .hint = "give the target's file, because a wrong function or symbol would make the kernel "
                "refuse that module later"});
}

} // namespace

bool check_objects(const TargetGate& gate, const TargetElf* kernel) {
  const auto modules = module_files(gate);
  bool ok = modules.has_value();
  for (const std::string& symbol : gate.references.malformed_symbols)
    ok = gate.refuse({.code = "target-klp-symbol",
                      .what = "has the symbol " + shown(symbol) +
                              ", the kernel takes '.klp.sym.OBJECT.NAME,POSITION'",
                      .why = "the kernel refuses the module"});
  for (const auto& [object, wanted] : by_object(gate)) {
    if (object == k_kernel) {
      ok = (kernel == nullptr || check_object(gate, *kernel, object, wanted)) && ok;
      continue;
    }
    if (!modules)
      continue;
    const auto file = modules->find(object);
    if (file == modules->end()) {
      unknown_object(gate, object, wanted);
      continue;
    }
    const auto elf = TargetElf::open(gate.filesystem, file->second, TargetKind::module, gate.sink);
    ok = elf && check_object(gate, *elf, object, wanted) && ok;
  }
  return ok;
}

} // namespace kpb
