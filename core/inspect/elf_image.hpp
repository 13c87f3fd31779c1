// SPDX-License-Identifier: GPL-2.0-only
//
// A safe view of an ELF file in memory: every section, string and relocation target that it returns
// lies inside the image, whatever the file's headers claim. libelf translates the tables of either
// byte order; what libelf does not check is checked here, once, so that the readers built on this
// can index freely. It is as strict as the kernel's module loader, which has to accept the file in
// the end.
#ifndef KPB_CORE_INSPECT_ELF_IMAGE_HPP
#define KPB_CORE_INSPECT_ELF_IMAGE_HPP

#include "core/inspect/input_errors.hpp"

#include <cstdint>
#include <gelf.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct ElfSection {
  std::string_view name;
  size_t index = 0;
  uint32_t type = 0;
  uint32_t link = 0;
  uint32_t info = 0;
  uint64_t flags = 0;
  uint64_t size = 0;
  uint64_t entry_size = 0;
  std::string_view data; // empty if the section has no plain bytes in the file
};

struct ElfSymbol {
  std::string_view name;
  unsigned section = 0; // its index, or a reserved number (SHN_*)
  unsigned type = 0;    // STT_*
  unsigned binding = 0; // STB_*
};

struct ElfRelocation {
  uint64_t offset = 0; // in the section that it applies to
  uint64_t symbol = 0;
  uint32_t type = 0;
  int64_t addend = 0;
};

// A byte in a section.
struct ElfPlace {
  const ElfSection* section = nullptr;
  uint64_t offset = 0; // below section->data.size()
};

// Whether the range lies inside a whole of that size, computed without overflow.
inline bool is_inside(uint64_t offset, uint64_t size, uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

// The canonical architecture name of an ELF file's machine; "" if kpb does not know it.
std::string elf_machine_name(unsigned machine, bool big_endian);

class ElfImage {
public:
  // The image must outlive the view.
  static std::optional<ElfImage> open(std::string_view image, const InputErrors& errors);

  unsigned machine() const { return m_machine; }
  // The canonical architecture name; "" if kpb does not know the machine.
  std::string machine_name() const;
  bool relocatable() const { return m_relocatable; }
  // The end of everything that the headers describe.
  uint64_t end() const { return m_end; }

  const std::vector<ElfSection>& sections() const { return m_sections; }
  // The first section of that name, or null.
  const ElfSection* find(std::string_view name) const;

  // The symbol table, in its order; empty if the file has none. nullopt means that an error was
  // reported.
  std::optional<std::vector<ElfSymbol>> symbols(const InputErrors& errors) const;

  // Whether the module loader leaves these relocations to livepatch: they refer to symbols of other
  // objects and do not fill in metadata.
  static bool is_livepatch_relocation(const ElfSection& section);
  // The relocations of `target`, sorted by offset; at most one for each offset, all inside the
  // section. If those of the file are not like that, an error is reported and the result is
  // nullopt.
  std::optional<std::vector<ElfRelocation>> relocations(const ElfSection& target,
                                                        const InputErrors& errors) const;
  // The place that a whole-address relocation points to, for section symbols and named symbols
  // alike. nullopt if that is not a byte of the file.
  std::optional<ElfPlace> target(const ElfRelocation& relocation) const;

  // All relocations: each refers to a symbol that is there, and to a place in its section.
  bool check_relocations(const InputErrors& errors) const;

  // An integer in program data, which libelf does not translate; read in the file's byte order.
  uint64_t integer(std::string_view bytes) const;
  // The descriptor of the first note with that owner and type in a note section.
  std::optional<std::string_view> note(const ElfSection& section, std::string_view owner,
                                       uint32_t type) const;

private:
  struct Close {
    void operator()(Elf* elf) const { elf_end(elf); }
  };

  ElfImage() = default;
  bool read_header(std::string_view image, const InputErrors& errors);
  bool read_sections(std::string_view image, const InputErrors& errors);
  bool name_sections(size_t names_index, const InputErrors& errors);
  bool find_symbols(const InputErrors& errors);
  bool check_relocations_of(const ElfSection& source, const InputErrors& errors) const;
  Elf_Data* table(const ElfSection& section) const;

  std::unique_ptr<Elf, Close> m_elf;
  std::vector<ElfSection> m_sections;
  const ElfSection* m_symbol_section = nullptr;
  Elf_Data* m_symbols = nullptr; // owned by libelf, lives as long as m_elf
  unsigned m_machine = 0;
  bool m_relocatable = false;
  bool m_big_endian = false;
  uint64_t m_end = 0;
};

} // namespace kpb

#endif
