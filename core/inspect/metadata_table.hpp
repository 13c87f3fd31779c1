// SPDX-License-Identifier: GPL-2.0-only
//
// A section of a module that holds an array of C structs, read as the kernel will see it: pointers
// are zero in the file and come to life through relocations. What cannot be read is reported with
// the entry that it is in; a table is never shorter than the file says.
#ifndef KPB_CORE_INSPECT_METADATA_TABLE_HPP
#define KPB_CORE_INSPECT_METADATA_TABLE_HPP

#include "core/inspect/elf_image.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// The two kinds of name in such a table.
enum class NameKind { symbol, object };

class MetadataTable {
public:
  // The table refers to all that it is given. `padding` is the size of the zeros that a linker
  // script may have put behind the last entry. nullopt is reported, as by all functions here.
  static std::optional<MetadataTable> open(const ElfImage& image, const ElfSection& section,
                                           uint64_t entry_size, uint64_t padding,
                                           const InputErrors& errors);

  size_t size() const { return m_size; }
  // Whether the loader fills this pointer.
  bool has_pointer(size_t entry, uint64_t field) const;
  // Whether the field is without relocation and zero: the null pointer.
  bool is_null(size_t entry, uint64_t field) const;
  // What a pointer leads to.
  std::optional<ElfPlace> pointer(size_t entry, uint64_t field, const char* meaning) const;
  std::optional<std::string> name(size_t entry, uint64_t field, NameKind kind) const;
  uint64_t integer(size_t entry, uint64_t field, size_t width) const;

  // "section X is damaged: entry N WHAT"
  bool fail(size_t entry, const std::string& what) const;

private:
  MetadataTable(const ElfImage& image, const ElfSection& section, const InputErrors& errors)
      : m_image(&image), m_section(&section), m_errors(&errors) {}
  const ElfRelocation* relocation(size_t entry, uint64_t field) const;

  const ElfImage* m_image;
  const ElfSection* m_section;
  const InputErrors* m_errors;
  std::vector<ElfRelocation> m_relocations;
  uint64_t m_entry_size = 1;
  size_t m_size = 0;
};

} // namespace kpb

#endif
