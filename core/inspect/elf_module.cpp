// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a module from the outside in: the kind of file, its signature, the ELF structure, then the
// sections with information. The file is never executed, and every place is checked before what it
// contains is used: elf_image.hpp does that for the ELF structure, metadata_table.hpp for the
// arrays, patched_functions.cpp for the forms of the two builders.
#include "core/inspect/elf_module.hpp"

#include "core/base/limits.hpp"
#include "core/base/one_line.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_image.hpp"
#include "core/inspect/input_errors.hpp"
#include "core/inspect/patched_functions.hpp"
#include "core/inspect/signature.hpp"

#include <array>
#include <set>

namespace kpb {

namespace {

constexpr const char* k_this_module = ".gnu.linkonce.this_module";
constexpr const char* k_build_id = ".note.gnu.build-id";
constexpr uint64_t k_longest_modinfo = 1024 * 1024; // real ones have a few KiB at most
constexpr size_t k_most_modinfo = 5000;
constexpr size_t k_longest_key = 256;
constexpr size_t k_longest_value = 4096; // what a parameter is for can take a paragraph

// Distributions install modules compressed, so passing such a file is a likely mistake. Only the
// content counts, not the file's name.
bool check_magic(std::string_view image, const InputErrors& errors) {
  struct Packed {
    std::string_view magic;
    const char* what;
    const char* tool;
  };
  static constexpr std::array<Packed, 3> packed = {{{"\xfd\x37zXZ", "xz", "xz -d"},
                                                    {"\x1f\x8b", "gzip", "gzip -d"},
                                                    {"\x28\xb5\x2f\xfd", "zstd", "zstd -d"}}};
  for (const Packed& p : packed)
    if (image.starts_with(p.magic))
      return errors.fail({.code = "module-compressed",
                          .what = std::string("is compressed with ") + p.what,
                          .why = "a live patch is packaged and loaded uncompressed",
                          .hint = std::string("decompress it first: ") + p.tool + " FILE"});
  if (image.empty())
    return errors.fail({.code = "module-not-elf",
                        .what = "is not a kernel module: the file is empty",
                        .why = "a failed builder may have left it",
                        .hint = "build the module again"});
  if (image.size() > k_max_module_size)
    return errors.fail(
        {.code = "module-too-large",
         .what = "is no kernel module: it has " + std::to_string(image.size()) + " bytes",
         .why = "a module has at most " + std::to_string(k_max_module_size) + " bytes"});
  if (!image.starts_with("\177ELF"))
    return errors.fail({.code = "module-not-elf",
                        .what = "is no kernel module: it begins with " + shown(image.substr(0, 4)) +
                                ", but an ELF file begins with '\\x7fELF'",
                        .hint = "give the finished .ko file"});
  return true;
}

// If two sections have the same name, the kernel takes the first, and tools take either.
bool check_unique(const ElfImage& image, const InputErrors& errors) {
  std::set<std::string_view> seen;
  for (const ElfSection& section : image.sections())
    if (section.name == ".modinfo" || section.name == k_this_module || section.name == k_build_id ||
        is_patch_metadata(section.name))
      if (!seen.insert(section.name).second)
        return errors.fail({.code = "module-damaged",
                            .what = "has two sections " + shown(section.name),
                            .why = "it is not known which of them counts"});
  return true;
}

// The strings of a module are printed, and written into lines that other programs read: what ends a
// line, or what a terminal obeys, is refused here, whatever the string is for.
bool is_text(const std::string& name, std::string_view value, size_t longest,
             const InputErrors& errors) {
  const auto fault = not_one_line(value, longest);
  return !fault ||
         errors.fail({.code = "module-text",
                      .what = name + " is " + shown(value) + ", which " + *fault,
                      .why = "the strings of a module are read as lines by other programs",
                      .hint = "build the module again from sources that do not have it"});
}

bool split_modinfo(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  const auto bad = [&](std::string what, std::string hint = {}) {
    return errors.fail({.code = "module-modinfo",
                        .what = std::move(what),
                        .why = "so the module's name and kernel are not known",
                        .hint = std::move(hint)});
  };
  const ElfSection* section = image.find(".modinfo");
  if (section == nullptr)
    return bad("is no kernel module: it has no section '.modinfo'",
               "give the finished .ko file, not an object file or a program");
  std::string_view rest = section->data;
  if (rest.size() != section->size)
    return bad("section '.modinfo' has no readable bytes in the file");
  if (rest.size() > k_longest_modinfo)
    return bad("section '.modinfo' has " + std::to_string(rest.size()) + " bytes, up to " +
               std::to_string(k_longest_modinfo) + " are read");
  if (!rest.empty() && rest.back() != '\0')
    return bad("the last string of section '.modinfo' is not terminated: " +
               shown(rest.substr(rest.find_last_of('\0') + 1)));
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(entry.size() + 1);
    if (entry.empty()) // padding by the linker
      continue;
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return bad("section '.modinfo' holds " + shown(entry) + ", which is not KEY=VALUE");
    const auto key = entry.substr(0, equals);
    const auto value = entry.substr(equals + 1);
    if (!is_text("a key in modinfo", key, k_longest_key, errors) ||
        !is_text("modinfo's " + shown(key), value,
                 key == "vermagic" ? k_longest_vermagic : k_longest_value, errors))
      return false;
    if (facts.modinfo.size() == k_most_modinfo)
      return bad("section '.modinfo' has more than " + std::to_string(k_most_modinfo) + " entries");
    facts.modinfo.emplace_back(key, value);
  }
  return true;
}

// The kernel takes the first of several values. If they differ, something was linked that should
// not have been.
bool take_modinfo(ModuleFacts& facts, const InputErrors& errors) {
  const auto once = [&](const char* key, std::optional<std::string>& out) {
    for (const auto& [name, value] : facts.modinfo) {
      if (name != key)
        continue;
      if (out && *out != value)
        return errors.fail(
            {.code = "module-modinfo",
             .what = std::string("modinfo has ") + key + " twice: " + shown(*out) + " and " +
                     shown(value),
             .why = "the kernel reads only the first one, other tools may read another"});
      out = value;
    }
    return true;
  };
  std::optional<std::string> livepatch;
  if (!once("name", facts.modinfo_name) || !once("depends", facts.depends) ||
      !once("livepatch", livepatch))
    return false;
  facts.livepatch = livepatch == "Y";

  for (const auto& [name, value] : facts.modinfo) {
    if (name != "vermagic")
      continue;
    if (facts.vermagic)
      return errors.fail(
          {.code = "module-vermagic-twice",
           .what = "modinfo has vermagic twice: " + shown(*facts.vermagic) + " and " + shown(value),
           .why = "so it is not known which kernel the module is for",
           .hint = "build the module again; no other module may be linked into it"});
    facts.vermagic = value;
  }
  return facts.vermagic ||
         errors.fail({.code = "module-vermagic-missing",
                      .what = "modinfo has no vermagic",
                      .why = "it is the only record of the module's kernel",
                      .hint = "give the finished .ko file; an object file (.o) has none yet"});
}

// struct module: enum state (8 with its padding), list_head (16), char name[56].
bool read_this_module(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  constexpr size_t name_at = 24;
  constexpr size_t name_size = 56;
  const ElfSection* section = image.find(k_this_module);
  if (section == nullptr)
    return true;
  const std::string_view data = section->data;
  const std::string_view field =
      data.size() > name_at ? data.substr(name_at, name_size) : std::string_view();
  const size_t length = field.find('\0');
  if (length == std::string_view::npos)
    return errors.fail({.code = "module-this-module",
                        .what = "section " + shown(k_this_module) +
                                " holds no module name that ends within 56 bytes" +
                                (field.empty() ? "" : ": " + shown(field)),
                        .why = "the kernel would read beyond it"});
  facts.this_module_name = std::string(field.substr(0, length));
  return is_text("the name in " + shown(k_this_module), *facts.this_module_name, name_size, errors);
}

bool read_build_id(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  const ElfSection* section = image.find(k_build_id);
  if (section == nullptr)
    return true;
  const auto id = image.note(*section, "GNU", NT_GNU_BUILD_ID);
  if (!id || id->empty() || id->size() > 64)
    return errors.fail(
        {.code = "module-damaged",
         .what = "section " + shown(k_build_id) + " holds no build-id of 1 to 64 bytes"});
  facts.build_id = hex_of(*id);
  return true;
}

// Bytes after everything that the headers describe, which are not a signature either: probably a
// truncated signature, which the kernel would silently treat as none.
bool check_tail(const ElfImage& image, std::string_view elf, const ModuleFacts& facts,
                const InputErrors& errors) {
  const bool stacked = facts.signature && facts.signature->stacked;
  const std::string_view tail = elf.substr(image.end());
  return stacked || tail.find_first_not_of('\0') == std::string_view::npos ||
         errors.fail({.code = "module-signature",
                      .what = std::to_string(tail.size()) +
                              " bytes after the module's ELF data are not a complete signature",
                      .why = "the kernel would treat the module as unsigned",
                      .hint = "sign the unsigned module again, or copy it again"});
}

// The kernel symbols that a module uses reveal what its function list does not: shadow variables
// and klp states.
bool read_used_services(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors) {
  const auto symbols = image.symbols(errors);
  if (!symbols)
    return false;
  for (const ElfSymbol& symbol : *symbols) {
    if (symbol.section != SHN_UNDEF)
      continue;
    facts.shadow_variables = facts.shadow_variables || symbol.name.starts_with("klp_shadow_");
    facts.reads_states =
        facts.reads_states || symbol.name == "klp_get_state" || symbol.name == "klp_get_prev_state";
  }
  return true;
}

} // namespace

std::optional<ModuleFacts> read_module(std::string_view image, const std::string& shown_path,
                                       DiagnosticSink& sink) {
  const InputErrors errors{sink, shown_path};
  ModuleFacts facts;
  if (!check_magic(image, errors) || !read_signature(image, facts.signature, errors))
    return std::nullopt;
  // The kernel removes the signature before it looks at anything else.
  const std::string_view elf = facts.signature ? image.substr(0, facts.signature->elf_size) : image;
  const auto view = ElfImage::open(elf, errors);
  if (!view)
    return std::nullopt;
  facts.e_machine = view->machine();
  facts.machine = view->machine_name();
  facts.relocatable = view->relocatable();
  if (!check_unique(*view, errors) || !check_tail(*view, elf, facts, errors) ||
      !split_modinfo(*view, facts, errors) || !take_modinfo(facts, errors) ||
      !read_this_module(*view, facts, errors) || !read_build_id(*view, facts, errors) ||
      !read_patched_functions(*view, facts, errors) || !read_used_services(*view, facts, errors) ||
      !view->check_relocations(errors))
    return std::nullopt;
  for (const ElfSection& section : view->sections())
    if (section.name.starts_with(".klp.") && section.name.ends_with("__jump_table"))
      facts.jump_table_sections.emplace_back(section.name);
  return facts;
}

} // namespace kpb
