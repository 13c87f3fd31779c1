// SPDX-License-Identifier: GPL-2.0-only
//
// What a section, a symbol or a file of the kernel's build is, by its name. create-diff-object says "changed section
// X" of a variable that the patch changes and of a table that it failed to rebuild alike: only X tells whose fault
// that is. The rows of the tables of failures name the kinds that they are for.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_NAME_KINDS_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_NAME_KINDS_HPP

#include <string_view>

namespace kpb::builders {

enum class Kind {
  unknown,
  // sections
  data,        // variables: .data.saved_mode, .bss.counter, .rodata.names
  code,        // a function in its usual place: .text.f, .text.unlikely.f
  placed_code, // code that has a section of its own: .sched.text, .noinstr.text
  init_code,   // gone after boot, or after a module's start: .init.text
  init_data,
  table, // what compiler, assembler and objtool write beside code: .altinstructions, __bug_table
  constants, // the compiler's own: strings, tables of a switch (.rodata, .rodata.f.str1.8)
  debug,     // debug information and notes
  group,     // .group
  // symbols
  label,        // the compiler's or assembler's: .LC39, .L12
  clone,        // a function that the compiler split or specialised: f.isra.0, f.cold
  thinlto,      // a function that clang renamed: f.llvm.1823
  generated,    // a variable that the compiler or a macro makes: CSWTCH.347, __func__.12, __key.3
  static_local, // seen.12
  named,        // all others: by the name alone it may be a function or a variable
  // files
  vdso,     // runs in user space
  boot,     // runs before the kernel or instead of it: real mode, boot, EFI stub, purgatory
  archive,  // lib.a: which kpatch-build cannot assign to vmlinux or a module
  per_link, // made anew by each link: init/version.o
  carrier,  // carries another program: piggy.o, rmpiggy.o
  object,   // all others
};

Kind section_kind(std::string_view name); // ".rela" before it does not count
Kind symbol_kind(std::string_view name);
Kind file_kind(std::string_view path);

// By the name of a capture (section; symbol, variable; object, file, ancestor): which of them is meant.
Kind kind_of(std::string_view capture, std::string_view value);

// "init-code" as the rows write it; unknown for no kind's word.
Kind kind_named(std::string_view word);

// ".altinstructions" of ".rela.altinstructions".
std::string_view base_section(std::string_view name);

} // namespace kpb::builders

#endif
