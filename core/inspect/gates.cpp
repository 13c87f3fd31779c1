// SPDX-License-Identifier: GPL-2.0-only
//
// One function per gate. The kernel and kpatch check less than this, and later: with MODVERSIONS
// the kernel ignores the release in vermagic, so a module for another build loads if its CRCs
// happen to agree.
#include "core/inspect/gates.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_image.hpp"
#include <kpb/sdk/names.hpp>

#include <algorithm>

namespace kpb {

namespace {

struct Gate {
  const ModuleFacts& facts;
  const GateTarget& target;
  const std::string& where;
  DiagnosticSink& sink;

  bool refuse(Diagnostic error) const {
    error.where = where;
    return fail(sink, std::move(error));
  }
};

// Counted from 1; if one is the beginning of the other, the position after the end of the shorter
// one.
size_t first_difference(std::string_view a, std::string_view b) {
  size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i])
    ++i;
  return i + 1;
}

bool relocatable(const Gate& g) {
  return g.facts.relocatable ||
         g.refuse(
             {.code = "gate-not-relocatable",
              .what = "is linked like a program or library; a module is a relocatable ELF file",
              .why = "the kernel loads nothing else",
              .hint = "give the .ko file that the builder made"});
}

bool livepatch(const Gate& g) {
  if (g.facts.livepatch)
    return true;
  const auto& all = g.facts.modinfo;
  const auto said = std::find_if(all.begin(), all.end(),
                                 [](const auto& entry) { return entry.first == "livepatch"; });
  return g.refuse({.code = "gate-not-livepatch",
                   .what = said == all.end() ? std::string("modinfo has no 'livepatch=Y'")
                                             : "modinfo has livepatch " + shown(said->second) +
                                                   ", but a live patch has 'Y'",
                   .why = "the kernel allows no other module to replace functions",
                   .hint = "a hand-written live patch needs MODULE_INFO(livepatch, \"Y\")"});
}

bool name_form(const Gate& g, const std::string& name) {
  if (name.size() > k_module_name_limit)
    return g.refuse({.code = "gate-name-too-long",
                     .what = "the module's name " + shown(name) + " has " +
                             std::to_string(name.size()) + " characters; the kernel allows " +
                             std::to_string(k_module_name_limit),
                     .hint = "build it under a shorter name"});
  if (!is_module_name(name))
    return g.refuse(
        {.code = "gate-name-illegal",
         .what = "the module's name " + shown(name) +
                 " contains other characters than letters, digits and '_'",
         .why = "the kernel's build replaces '-' by '_', and tools look for that form"});
  return true;
}

bool names(const Gate& g) {
  const auto& modinfo = g.facts.modinfo_name; // not written by kernels before 4.13
  const auto& own = g.facts.this_module_name;
  const auto name = g.facts.name();
  if (!name)
    return g.refuse(
        {.code = "gate-name-missing",
         .what = "the module has no name, neither in modinfo nor in '.gnu.linkonce.this_module'",
         .why = "the kernel refuses a module without the latter",
         .hint = "give the finished .ko file that the kernel's build made"});
  bool ok = true;
  if (modinfo && own && *modinfo != *own)
    ok = g.refuse({.code = "gate-name-mismatch",
                   .what = "modinfo names the module " + shown(*modinfo) +
                           ", '.gnu.linkonce.this_module' names it " + shown(*own),
                   .why = "tools would look for one name, but the kernel would load the other",
                   .hint = "build the module again; do not rename it by editing the file"});
  ok = name_form(g, *name) && ok;
  if (!g.target.expected_name.empty() && *name != g.target.expected_name)
    warn(g.sink,
         {.code = "gate-name-differs",
          .where = g.where,
          .what = "the module's own name is " + shown(*name) + ", but its file is named for " +
                  shown(g.target.expected_name),
          .why =
              "kpatch uses the module's own name, and does not load a new version if a module of "
              "that name is loaded"});
  return ok;
}

bool release(const Gate& g) {
  if (g.target.release.empty())
    return true;
  const auto built_for = g.facts.kernel_release();
  if (built_for == g.target.release)
    return true;
  if (!built_for)
    return g.refuse({.code = "gate-release",
                     .what = "vermagic " + shown(g.facts.vermagic.value_or("")) +
                             " names no kernel; the target is " + shown(g.target.release)});
  return g.refuse(
      {.code = "gate-release",
       .what = "built for " + shown(*built_for) + "; the target is " + shown(g.target.release) +
               " (differ at character " +
               std::to_string(first_difference(*built_for, g.target.release)) + ")",
       .why = "a live patch works only with the kernel that it was built for",
       // The text comes from a file: nothing else may be proposed as an argument of -k.
       .hint =
           is_release(*built_for)
               ? "build it for the target, or package it for its own kernel with -k " + *built_for
               : "build it for the target"});
}

bool arch(const Gate& g) {
  if (g.target.arch.empty() || g.facts.machine == g.target.arch)
    return true;
  if (g.facts.machine.empty())
    for (const bool big : {false, true})
      if (const std::string known = elf_machine_name(g.facts.e_machine, big); !known.empty())
        return g.refuse({.code = "gate-arch",
                         .what = std::string(big ? "is little-endian, " : "is big-endian, ") +
                                 shown(known) + (big ? " is big-endian" : " is little-endian"),
                         .why = "the byte order does not match the machine",
                         .hint = "build it for the target"});
  const std::string is = g.facts.machine.empty() ? "an unknown machine (ELF number " +
                                                       std::to_string(g.facts.e_machine) + ")"
                                                 : shown(g.facts.machine);
  return g.refuse({.code = "gate-arch",
                   .what = "built for " + is + "; the target is " + shown(g.target.arch),
                   .hint = "build it for the target, or name its architecture with -a"});
}

bool depends(const Gate& g) {
  const std::string depends = g.facts.depends.value_or("");
  return depends.empty() ||
         g.refuse(
             {.code = "gate-depends",
              .what = "modinfo has depends " + shown(depends) + ", but a live patch must have none",
              .why =
                  "kpatch uses insmod, which does not load dependencies, and the live patch would keep "
                  "those modules in use while it is enabled",
              .hint =
                  "use only symbols that the kernel itself exports; the builder reaches a module's "
                  "own symbols by relocation"});
}

bool jump_tables(const Gate& g) {
  constexpr size_t shown_at_most = 3;
  const auto& sections = g.facts.jump_table_sections;
  if (sections.empty())
    return true;
  std::vector<std::string> listed;
  for (const std::string& section : sections)
    if (listed.size() < shown_at_most)
      listed.push_back(shown(section));
  if (sections.size() > shown_at_most)
    listed.push_back(std::to_string(sections.size() - shown_at_most) + " more");
  return g.refuse(
      {.code = "gate-jump-table",
       .what = "has " + join(listed, ", ") + ", but a live patch must not have such a section",
       .why = "a jump label whose key is resolved only when the patch is applied can crash the "
              "kernel; SUSE's check of live patches refuses them too",
       .hint = "in the patch, test the key with static_key_enabled() instead"});
}

bool signed_once(const Gate& g) {
  return !g.facts.signature || !g.facts.signature->stacked ||
         g.refuse(
             {.code = "gate-signed-twice",
              .what = "is signed twice",
              .why =
                  "the kernel reads only the last signature, which covers the first signature as part "
                  "of the module",
              .hint = "sign the unsigned module"});
}

} // namespace

bool check_gates(const ModuleFacts& facts, const GateTarget& target, const std::string& shown_path,
                 DiagnosticSink& sink) {
  const Gate gate{facts, target, shown_path, sink};
  bool ok = true;
  for (const auto check :
       {relocatable, livepatch, names, release, arch, depends, jump_tables, signed_once})
    ok = check(gate) && ok;
  return ok;
}

} // namespace kpb
