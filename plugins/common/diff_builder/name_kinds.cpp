// SPDX-License-Identifier: GPL-2.0-only
//
// See name_kinds.hpp. The names are those of include/asm-generic/vmlinux.lds.h and of the sections that
// create-diff-object rebuilds or leaves out (its special_sections, kpatch_compare_sections()).
#include "name_kinds.hpp"

#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace kpb::builders {
namespace {

using Row = std::pair<std::string_view, Kind>;

// "NAME": this one. "NAME*": all that begin so. The first row that fits counts.
constexpr Row k_sections[] = {
    {".init.text", Kind::init_code},
    {".init.text.*", Kind::init_code},
    {".exit.text*", Kind::init_code},
    {".head.text*", Kind::init_code},
    {".ref.text*", Kind::init_code},
    {".meminit.text*", Kind::init_code},
    {".memexit.text*", Kind::init_code},
    {".devinit.text*", Kind::init_code},
    {".init.*", Kind::init_data},
    {".exit.data*", Kind::init_data},
    {".initcall*", Kind::init_data},
    {".con_initcall*", Kind::init_data},

    {".sched.text*", Kind::placed_code},
    {".spinlock.text*", Kind::placed_code},
    {".lock.text*", Kind::placed_code},
    {".cpuidle.text*", Kind::placed_code},
    {".kprobes.text*", Kind::placed_code},
    {".entry.text*", Kind::placed_code},
    {".noinstr.text*", Kind::placed_code},
    {".irqentry.text*", Kind::placed_code},
    {".softirqentry.text*", Kind::placed_code},
    {".fixup*", Kind::table}, // code, but for the exception table alone
    {".text*", Kind::code},

    // Not of a variable, though they stand among those of variables.
    {".data.unlikely*", Kind::table}, // __warned of WARN_ONCE() and its like
    {".data..unlikely*", Kind::table},
    {".data.once*", Kind::table},
    {".data..once*", Kind::table},
    {".data.rel.ro.local*", Kind::constants}, // tables of a switch, position independent
    {".rodata", Kind::constants},
    {".rodata.cst*", Kind::constants},
    {".rodata.str*", Kind::constants},
    {".rodata..c_jump_table*", Kind::constants},
    {".rodata.CSWTCH.*", Kind::constants},
    {".rodata.__func__.*", Kind::constants},
    {".rodata.__PRETTY_FUNCTION__.*", Kind::constants},

    {".data*", Kind::data},
    {".bss*", Kind::data},
    {".rodata*", Kind::data}, // .rodata.NAME
    {".sdata*", Kind::data},
    {".sbss*", Kind::data},
    {".tbss*", Kind::data},
    {".tdata*", Kind::data},
    {".ldata*", Kind::data},
    {"___kcrctab*", Kind::table},
    {"__kcrctab*", Kind::table},
    {"___ksymtab*", Kind::table},
    {"__ksymtab*", Kind::table},
    {"__param*", Kind::data},

    {".alt*", Kind::table}, // .altinstructions, .altinstr_replacement, .altinstr_aux
    {"__alt_instructions*", Kind::table},
    {"__ex_table*", Kind::table},
    {"__bug_table*", Kind::table},
    {"__jump_table*", Kind::table},
    {"__mcount_loc*", Kind::table},
    {"__patchable_function_entries*", Kind::table},
    {"__tracepoint*", Kind::table},
    {"__ftr_*", Kind::table},
    {"__*_ftr_fixup*", Kind::table},
    {"__dyndbg*", Kind::table},
    {"__verbose*", Kind::table},
    {".smp_locks*", Kind::table},
    {".parainstructions*", Kind::table},
    {".static_call*", Kind::table},
    {".retpoline_sites*", Kind::table},
    {".return_sites*", Kind::table},
    {".call_sites*", Kind::table},
    {".cfi_sites*", Kind::table},
    {".ibt_endbr_seal*", Kind::table},
    {".printk_index*", Kind::table},
    {".orc_*", Kind::table},
    {".discard*", Kind::table},
    {".toc*", Kind::table},
    {".opd*", Kind::table},
    {".llvm_addrsig*", Kind::table},
    {".s390_*", Kind::table},

    {".debug*", Kind::debug},
    {".comment*", Kind::debug},
    {".note*", Kind::debug},
    {".BTF*", Kind::debug},
    {".eh_frame*", Kind::debug},
    {".modinfo*", Kind::debug},
    {".group", Kind::group},
};

// What compilers and the kernel's macros call their static variables, before the number.
constexpr std::string_view k_generated[] = {
    "CSWTCH",     "__func__",    "__FUNCTION__",   "__PRETTY_FUNCTION__",
    "__key",      "__warned",    "__already_done", "_rs",
    "descriptor", "__msg",       "__section",      "__print_once",
    "_entry",     "__UNIQUE_ID", "___tp_str",      "switch.table"};

// A part of a path, wherever it stands.
constexpr Row k_paths[] = {
    {"/rmpiggy.o", Kind::carrier},
    {"/piggy.o", Kind::carrier},
    {"/initramfs_data.o", Kind::carrier},
    {"/vdso", Kind::vdso}, // also vdso32, vdso64, vdso-image-64.o and vdso.so.dbg
    {"/vclock_gettime.o", Kind::vdso},
    {"/vgettimeofday.o", Kind::vdso},
    {"/vgetcpu.o", Kind::vdso},
    {"/realmode/", Kind::boot},
    {"/boot/", Kind::boot},
    {"/purgatory/", Kind::boot},
    {"/efi/libstub/", Kind::boot},
    {"/lib.a", Kind::archive},
    {"/init/version", Kind::per_link},
    {"/version-timestamp.", Kind::per_link},
};

constexpr Row k_words[] = {
    {"data", Kind::data},
    {"code", Kind::code},
    {"placed-code", Kind::placed_code},
    {"init-code", Kind::init_code},
    {"init-data", Kind::init_data},
    {"table", Kind::table},
    {"constants", Kind::constants},
    {"debug", Kind::debug},
    {"group", Kind::group},
    {"label", Kind::label},
    {"clone", Kind::clone},
    {"thinlto", Kind::thinlto},
    {"generated", Kind::generated},
    {"static-local", Kind::static_local},
    {"named", Kind::named},
    {"vdso", Kind::vdso},
    {"boot", Kind::boot},
    {"archive", Kind::archive},
    {"per-link", Kind::per_link},
    {"carrier", Kind::carrier},
    {"object", Kind::object},
};

bool fits(std::string_view pattern, std::string_view name) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos)
    return name == pattern;
  const std::string_view end = pattern.substr(star + 1);
  if (!name.starts_with(pattern.substr(0, star)))
    return false;
  return end.empty() || end == "*" ||
         name.substr(star).find(end.substr(0, end.find('*'))) != std::string_view::npos;
}

bool is_numbers(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

// ".rodata.show_stat.str1.1": a function's strings, with -fdata-sections.
bool has_strings_of_function(std::string_view name) {
  const size_t at = name.rfind(".str1.");
  return at != std::string_view::npos && is_numbers(name.substr(at + 6));
}

} // namespace

std::string_view base_section(std::string_view name) {
  constexpr std::string_view k_rela = ".rela";
  return name.starts_with(k_rela) ? name.substr(k_rela.size()) : name;
}

Kind section_kind(std::string_view name) {
  name = base_section(name);
  if (has_strings_of_function(name))
    return Kind::constants;
  const auto* row = std::find_if(std::begin(k_sections), std::end(k_sections),
                                 [&](const Row& r) { return fits(r.first, name); });
  return row == std::end(k_sections) ? Kind::unknown : row->second;
}

Kind symbol_kind(std::string_view name) {
  if (name.starts_with(".L"))
    return Kind::label;
  if (contains(name, ".llvm."))
    return Kind::thinlto;
  for (const std::string_view mark : {".isra.", ".part.", ".constprop.", ".cold"})
    if (contains(name, mark))
      return Kind::clone;
  const size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos)
    return Kind::named;
  for (const std::string_view made : k_generated)
    if (name.starts_with(made) && is_numbers(name.substr(std::min(made.size(), name.size()))) &&
        name.substr(made.size()).starts_with("."))
      return Kind::generated;
  return is_numbers(name.substr(dot)) ? Kind::static_local : Kind::named;
}

Kind file_kind(std::string_view path) {
  // With a slash before it, so that a name alone is found as one in a directory is.
  const std::string whole = "/" + std::string(path);
  const auto* row = std::find_if(std::begin(k_paths), std::end(k_paths),
                                 [&](const Row& r) { return contains(whole, r.first); });
  return row == std::end(k_paths) ? Kind::object : row->second;
}

Kind kind_of(std::string_view capture, std::string_view value) {
  if (capture == "section")
    return section_kind(value);
  if (capture == "symbol" || capture == "variable")
    return symbol_kind(value);
  return file_kind(value);
}

Kind kind_named(std::string_view word) {
  const auto* row = std::find_if(std::begin(k_words), std::end(k_words),
                                 [&](const Row& r) { return r.first == word; });
  return row == std::end(k_words) ? Kind::unknown : row->second;
}

} // namespace kpb::builders
