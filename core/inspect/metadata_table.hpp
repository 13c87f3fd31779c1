// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a section of a module that contains an array of C structs, as the kernel will see it:
// pointers are zero in the file and are filled in by relocations. What cannot be read is reported
// with the number of its entry; a table is never shorter than the file says.
#ifndef KPB_CORE_INSPECT_METADATA_TABLE_HPP
#define KPB_CORE_INSPECT_METADATA_TABLE_HPP

#include "core/inspect/elf_image.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// The two kinds of names in such a table.
enum class NameKind { symbol, object };

// Reports an object with a '-' in its name, which the kernel never finds. Returns false.
bool refuse_dashed_object(const InputErrors& errors, const std::string& what,
                          std::string_view object);

class MetadataTable {
public:
  // The table keeps references to its arguments. `padding` is the size of the zeros that a linker
  // script may have added after the last entry. If a function here returns nullopt, it has reported
  // an error.
  static std::optional<MetadataTable> open(const ElfImage& image, const ElfSection& section,
                                           uint64_t entry_size, uint64_t padding,
                                           const InputErrors& errors);

  size_t size() const { return m_size; }
  // Whether the loader fills in this pointer.
  bool has_pointer(size_t entry, uint64_t field) const;
  // Whether the field is zero and has no relocation: a null pointer.
  bool is_null(size_t entry, uint64_t field) const;
  // The place that a pointer points to.
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
