// SPDX-License-Identifier: GPL-2.0-only
//
// See module_references.hpp. What the kernel's loader accepts unresolved is accepted here too.
#include "core/inspect/target/module_references.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_image.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr unsigned k_shn_livepatch = 0xff20; // SHN_LIVEPATCH; libelf's headers do not have it
constexpr std::string_view k_symbol = ".klp.sym.";
constexpr size_t k_longest_object = 55;      // the kernel scans for "%55[^.]"
constexpr size_t k_longest_name = 511;       // and "%511[^,]"
constexpr size_t k_version_entry = 64;       // unsigned long crc; char name[56]
constexpr size_t k_most_references = 100000; // a cumulative patch has a few thousand
constexpr size_t k_most_compilers = 100;     // a hostile .comment could hold millions

std::optional<LivepatchSymbol> parse_symbol(std::string_view text) {
  LivepatchSymbol out;
  out.symbol = text;
  text.remove_prefix(k_symbol.size());
  const size_t dot = text.find('.');
  const size_t comma = text.find(',');
  if (dot == std::string_view::npos || comma == std::string_view::npos || comma < dot)
    return std::nullopt;
  out.object = text.substr(0, dot);
  out.name = text.substr(dot + 1, comma - dot - 1);
  const auto position = parse_unsigned(text.substr(comma + 1), INT32_MAX);
  if (out.object.empty() || out.object.size() > k_longest_object || out.name.empty() ||
      out.name.size() > k_longest_name || !position)
    return std::nullopt;
  out.position = *position;
  return out;
}

// A weak symbol stays zero if nothing exports it; binutils before 2.37 left an unused
// _GLOBAL_OFFSET_TABLE_ on x86; and on powerpc the loader itself provides ".TOC.".
bool may_stay_undefined(const ElfSymbol& symbol, unsigned machine) {
  return symbol.binding == STB_WEAK ||
         (machine == EM_X86_64 && symbol.name == "_GLOBAL_OFFSET_TABLE_") ||
         (machine == EM_PPC64 && symbol.name == ".TOC.");
}

bool read_symbols(const ElfImage& image, ModuleReferences& out, const InputErrors& errors) {
  const auto symbols = image.symbols(errors);
  if (!symbols)
    return false;
  for (const ElfSymbol& symbol : *symbols) {
    if (out.undefined.size() + out.livepatch_symbols.size() + out.malformed_symbols.size() >
        k_most_references)
      return errors.fail(
          {.code = "module-damaged",
           .what = "it refers to more than " + std::to_string(k_most_references) + " symbols",
           .why = "no live patch does"});
    if (symbol.section == SHN_UNDEF && !symbol.name.empty() &&
        !may_stay_undefined(symbol, image.machine()))
      out.undefined.emplace(symbol.name);
    // klp-build leaves other symbols in that section (".klp.tombstone."), which nothing refers to.
    if (symbol.section != k_shn_livepatch || !symbol.name.starts_with(k_symbol))
      continue;
    if (auto parsed = parse_symbol(symbol.name))
      out.livepatch_symbols.push_back(std::move(*parsed));
    else
      out.malformed_symbols.emplace_back(symbol.name);
  }
  return true;
}

bool bad_versions(const ElfSection& section, const std::string& what, const InputErrors& errors) {
  return errors.fail({.code = "module-metadata",
                      .what = "section " + shown(section.name) + " is damaged: " + what,
                      .why = "so it is not known what the module was built against"});
}

bool read_versions(const ElfImage& image, ModuleReferences& out, const InputErrors& errors) {
  const ElfSection* section = image.find("__versions");
  if (section == nullptr)
    return true;
  const std::string_view data = section->data;
  if (data.size() != section->size || data.size() % k_version_entry != 0)
    return bad_versions(*section, "it is no sequence of 64-byte entries", errors);
  if (!out.crcs)
    out.crcs.emplace();
  for (size_t at = 0; at < data.size(); at += k_version_entry) {
    const std::string_view name = data.substr(at + 8, k_version_entry - 8);
    const size_t length = name.find('\0');
    if (length == std::string_view::npos)
      return bad_versions(*section, "it has a name that does not end, " + shown(name), errors);
    out.crcs->emplace(name.substr(0, length), image.integer(data.substr(at, 8)));
  }
  return true;
}

// Linux 6.14's form, for names longer than 56 bytes: CRCs in one section, names in another.
bool read_extended_versions(const ElfImage& image, ModuleReferences& out,
                            const InputErrors& errors) {
  const ElfSection* crcs = image.find("__version_ext_crcs");
  const ElfSection* names = image.find("__version_ext_names");
  if (crcs == nullptr && names == nullptr)
    return true;
  if (crcs == nullptr || names == nullptr)
    return bad_versions(crcs != nullptr ? *crcs : *names, "its other half is missing", errors);
  if (crcs->data.size() != crcs->size || crcs->size % 4 != 0)
    return bad_versions(*crcs, "it is no sequence of 4-byte CRCs", errors);
  std::string_view rest = names->data;
  if (rest.size() != names->size || (!rest.empty() && rest.back() != '\0'))
    return bad_versions(*names, "its last name does not end", errors);
  if (!out.crcs)
    out.crcs.emplace();
  for (size_t at = 0; at < crcs->size; at += 4) {
    if (rest.empty())
      return bad_versions(*names, "it has fewer names than there are CRCs", errors);
    const std::string_view name = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(name.size() + 1);
    // The kernel looks here first.
    out.crcs->insert_or_assign(std::string(name), image.integer(crcs->data.substr(at, 4)));
  }
  return true;
}

} // namespace

std::set<std::string> comment_strings(std::string_view section) {
  std::set<std::string> out;
  while (!section.empty() && out.size() < k_most_compilers) {
    const std::string_view text = section.substr(0, section.find('\0'));
    section.remove_prefix(std::min(section.size(), text.size() + 1));
    if (!text.empty())
      out.emplace(text);
  }
  return out;
}

std::optional<ModuleReferences> read_references(std::string_view image, const ModuleFacts& facts,
                                                const std::string& shown_path,
                                                DiagnosticSink& sink) {
  const InputErrors errors{sink, shown_path};
  const auto view =
      ElfImage::open(facts.signature ? image.substr(0, facts.signature->elf_size) : image, errors);
  ModuleReferences out;
  if (!view || !read_symbols(*view, out, errors) || !read_versions(*view, out, errors) ||
      !read_extended_versions(*view, out, errors))
    return std::nullopt;
  if (const ElfSection* comment = view->find(".comment"))
    out.compilers = comment_strings(comment->data);
  return out;
}

} // namespace kpb
