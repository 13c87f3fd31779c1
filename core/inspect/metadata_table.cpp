// SPDX-License-Identifier: GPL-2.0-only
//
// See metadata_table.hpp. Names must be names that the kernel allows. That keeps reading linear
// when many entries point into one long string, and keeps separators of package relations out of
// names.
#include "core/inspect/metadata_table.hpp"

#include "core/base/limits.hpp"
#include "core/base/text.hpp"
#include <kpb/policy/tokens.hpp>
#include <kpb/sdk/names.hpp>

#include <algorithm>

namespace kpb {

namespace {

bool is_name_byte(char c, NameKind kind) {
  return kind == NameKind::symbol ? policy::is_function_byte(c) : policy::is_object_byte(c);
}

const char* word(NameKind kind) { return kind == NameKind::symbol ? "function" : "object"; }

} // namespace

std::optional<MetadataTable> MetadataTable::open(const ElfImage& image, const ElfSection& section,
                                                 uint64_t entry_size, uint64_t padding,
                                                 const InputErrors& errors) {
  MetadataTable table(image, section, errors);
  const uint64_t rest = section.size % entry_size;
  if (section.data.size() != section.size || (rest != 0 && rest != padding)) {
    errors.fail({.code = "module-metadata",
                 .what = "section " + shown(section.name) + " is damaged: its " +
                         std::to_string(section.size) + " bytes hold no whole number of " +
                         std::to_string(entry_size) + "-byte entries",
                 .why = "what the module patches cannot be told from it"});
    return std::nullopt;
  }
  auto relocations = image.relocations(section, errors);
  if (!relocations)
    return std::nullopt;
  table.m_relocations = std::move(*relocations);
  table.m_entry_size = entry_size;
  table.m_size = section.size / entry_size;
  if (table.m_size > k_most_functions) {
    errors.fail({.code = "module-metadata",
                 .what = "section " + shown(section.name) + " has " + std::to_string(table.m_size) +
                         " entries, more than " + std::to_string(k_most_functions),
                 .why = "no live patch has so many, and the runtime would not load it"});
    return std::nullopt;
  }
  if (!table.m_relocations.empty() &&
      table.m_relocations.back().offset >= table.m_size * entry_size) {
    table.fail(table.m_size, "is not whole");
    return std::nullopt;
  }
  return table;
}

const ElfRelocation* MetadataTable::relocation(size_t entry, uint64_t field) const {
  const uint64_t offset = entry * m_entry_size + field;
  const auto found = std::lower_bound(
      m_relocations.begin(), m_relocations.end(), offset,
      [](const ElfRelocation& relocation, uint64_t at) { return relocation.offset < at; });
  return found != m_relocations.end() && found->offset == offset ? &*found : nullptr;
}

bool MetadataTable::has_pointer(size_t entry, uint64_t field) const {
  return relocation(entry, field) != nullptr;
}

bool MetadataTable::is_null(size_t entry, uint64_t field) const {
  return !has_pointer(entry, field) && integer(entry, field, 8) == 0;
}

std::optional<ElfPlace> MetadataTable::pointer(size_t entry, uint64_t field,
                                               const char* meaning) const {
  const ElfRelocation* found = relocation(entry, field);
  if (found == nullptr) {
    fail(entry, std::string("has no relocation for its ") + meaning);
    return std::nullopt;
  }
  const auto place = m_image->target(*found);
  if (!place)
    fail(entry, std::string("has its ") + meaning + " outside every section of the file");
  return place;
}

std::optional<std::string> MetadataTable::name(size_t entry, uint64_t field, NameKind kind) const {
  const std::string meaning = std::string(word(kind)) + " name";
  const auto place = pointer(entry, field, meaning.c_str());
  if (!place)
    return std::nullopt;
  const size_t longest =
      kind == NameKind::symbol ? policy::k_function_limit : policy::k_object_limit;
  const std::string_view text = place->section->data.substr(place->offset, longest + 1);
  const size_t length = text.find('\0');
  if (length == std::string_view::npos) {
    fail(entry, "has a " + meaning + " that is not terminated within " + std::to_string(longest) +
                    " bytes, " + shown(text.substr(0, 40)) + " and on");
    return std::nullopt;
  }
  const std::string_view found = text.substr(0, length);
  const bool legal =
      std::all_of(found.begin(), found.end(), [kind](char c) { return is_name_byte(c, kind); });
  if (found.empty() || !legal) {
    fail(entry, "has a " + meaning + " that no kernel has, " + shown(found));
    return std::nullopt;
  }
  // vmlinux has no '-', and no module's name has one.
  if (kind == NameKind::object && found.find('-') != std::string_view::npos) {
    refuse_dashed_object(*m_errors, "section " + shown(m_section->name), found);
    return std::nullopt;
  }
  return std::string(found);
}

uint64_t MetadataTable::integer(size_t entry, uint64_t field, size_t width) const {
  return m_image->integer(m_section->data.substr(entry * m_entry_size + field, width));
}

bool refuse_dashed_object(const InputErrors& errors, const std::string& what,
                          std::string_view object) {
  return errors.fail(
      {.code = "module-object",
       .what = what + " names the object " + shown(object),
       .why = "the kernel writes '_' for '-' in names of modules and compares exactly: the module "
              "would load and patch nothing of it",
       .hint = "build it again for the object " + shown(object_form(object))});
}

bool MetadataTable::fail(size_t entry, const std::string& what) const {
  return m_errors->fail({.code = "module-metadata",
                         .what = "section " + shown(m_section->name) + " is damaged: entry " +
                                 std::to_string(entry + 1) + " " + what,
                         .why = "what the module patches cannot be told from it"});
}

} // namespace kpb
