// SPDX-License-Identifier: GPL-2.0-only
//
// See target_symbols.hpp. The kernel determines both orders, not the file: kallsyms is made from
// `nm -n`, so in vmlinux symbols are ordered by address.
#include "core/inspect/target/target_symbols.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <elf.h>

namespace kpb {

namespace {

// Names that the kernel's build keeps out of kallsyms (scripts/mksysmap, before Linux 6.4
// scripts/kallsyms.c): artefacts of the assembler and linker, and what differs between its own
// passes.
bool is_left_out_by_name(std::string_view name) {
  static constexpr std::string_view begins[] = {
      "$",      ".L",      "__crc_",         "__efistub_", "__kvm_nvhe_$", "__kvm_nvhe_.L",
      "__pi_$", "__pi_.L", "__kcfi_typeid_", "__kstrtab_", "__kstrtabns_", "__AArch64ADRPThunk_"};
  static constexpr std::string_view ends[] = {"_from_arm", "_from_thumb", "_veneer"};
  static constexpr std::string_view holds[] = {".long_branch.", ".plt_branch."};
  static constexpr std::string_view whole[] = {
      "kallsyms_addresses",   "kallsyms_offsets",     "kallsyms_relative_base",
      "kallsyms_num_syms",    "kallsyms_names",       "kallsyms_markers",
      "kallsyms_token_table", "kallsyms_token_index", "kallsyms_seqs_of_names",
      "_SDA_BASE_",           "_SDA2_BASE_",          "L0"};
  const auto any = [](const auto& list, const auto& test) {
    return std::any_of(std::begin(list), std::end(list), test);
  };
  return any(begins, [&](std::string_view s) { return name.starts_with(s); }) ||
         any(ends, [&](std::string_view s) { return name.ends_with(s); }) ||
         any(holds, [&](std::string_view s) { return name.find(s) != std::string_view::npos; }) ||
         any(whole, [&](std::string_view s) { return name == s; });
}

// nm shows neither file nor section symbols; of what it shows, undefined, debugging and local
// absolute symbols are left out.
bool is_in_kallsyms(const TargetSymbol& symbol) {
  if (symbol.type == STT_FILE || symbol.type == STT_SECTION)
    return false;
  const bool absolute = symbol.section == SHN_ABS;
  return (absolute ? symbol.binding != STB_LOCAL : symbol.loaded) &&
         !is_left_out_by_name(symbol.name);
}

// When the kernel patches a module that is being loaded, the module's symbol table is still
// complete.
bool is_in_module(const TargetSymbol& symbol) { return symbol.section != SHN_UNDEF; }

void take(const TargetSymbol& symbol, TargetKind kind, SymbolSearch& search) {
  if (symbol.name.empty())
    return;
  const auto found = search.find(symbol.name);
  if (found != search.end()) {
    if (kind == TargetKind::kernel ? is_in_kallsyms(symbol) : is_in_module(symbol))
      found->second.occurrences.push_back({symbol.address, symbol.type == STT_FUNC, symbol.init});
    return;
  }
  const size_t dot = symbol.name.find('.');
  if (dot == std::string_view::npos || symbol.type != STT_FUNC)
    return;
  const auto original = search.find(symbol.name.substr(0, dot));
  if (original != search.end() && original->second.clone.empty())
    original->second.clone = symbol.name;
}

} // namespace

bool find_symbols(const TargetElf& object, SymbolSearch& search, DiagnosticSink& sink) {
  const TargetKind kind = object.kind();
  if (!object.each_symbol([&](const TargetSymbol& symbol) { take(symbol, kind, search); }, sink))
    return false;
  if (kind == TargetKind::kernel)
    for (auto& [name, found] : search)
      std::stable_sort(
          found.occurrences.begin(), found.occurrences.end(),
          [](const Occurrence& a, const Occurrence& b) { return a.address < b.address; });
  return true;
}

} // namespace kpb
