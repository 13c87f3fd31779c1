// SPDX-License-Identifier: GPL-2.0-only
//
// A view over an ELF file in memory that cannot be left: every section, string and relocation
// target that it hands out lies inside the image, whatever the file's headers claim. libelf
// translates the tables of either byte order; what it does not check is checked here, once, so that
// the readers above may index freely. It is as strict as the kernel's own loader, which is what has
// to take the file in the end.
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
  std::string_view data; // empty where the section has no plain bytes in the file
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

// A byte of a section.
struct ElfPlace {
  const ElfSection* section = nullptr;
  uint64_t offset = 0; // below section->data.size()
};

// Whether that many bytes at that offset lie in a whole; no sum can overflow.
inline bool is_inside(uint64_t offset, uint64_t size, uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

// The canonical architecture name of an ELF file's machine; "" for one that kpb does not know.
std::string elf_machine_name(unsigned machine, bool big_endian);

class ElfImage {
public:
  // The image must outlive the view.
  static std::optional<ElfImage> open(std::string_view image, const InputErrors& errors);

  unsigned machine() const { return m_machine; }
  // The canonical architecture name; "" for a machine that kpb does not know.
  std::string machine_name() const;
  bool relocatable() const { return m_relocatable; }
  // The first byte behind all that the headers speak of.
  uint64_t end() const { return m_end; }

  const std::vector<ElfSection>& sections() const { return m_sections; }
  // The first section of that name, or null.
  const ElfSection* find(std::string_view name) const;

  // The symbol table, in its order; empty where the file has none. nullopt is reported.
  std::optional<std::vector<ElfSymbol>> symbols(const InputErrors& errors) const;

  // Whether the module loader would leave these relocations to livepatch: they name symbols of
  // other objects and fill no metadata.
  static bool is_livepatch_relocation(const ElfSection& section);
  // The relocations of `target` in order of their offsets, at most one for each offset and each
  // inside the section. nullopt (reported) where the file's are not so.
  std::optional<std::vector<ElfRelocation>> relocations(const ElfSection& target,
                                                        const InputErrors& errors) const;
  // What a relocation that stores a whole address points at: section symbols and named ones are the
  // same here. nullopt where that is no byte of the file.
  std::optional<ElfPlace> target(const ElfRelocation& relocation) const;

  // libelf translates no program data: integers in it are read in the file's byte order.
  uint64_t integer(std::string_view bytes) const;
  // The descriptor of the first note of that owner and type in a note section.
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
  Elf_Data* table(const ElfSection& section) const;

  std::unique_ptr<Elf, Close> m_elf;
  std::vector<ElfSection> m_sections;
  const ElfSection* m_symbol_section = nullptr;
  Elf_Data* m_symbols = nullptr; // libelf's, lives as long as m_elf
  unsigned m_machine = 0;
  bool m_relocatable = false;
  bool m_big_endian = false;
  uint64_t m_end = 0;
};

} // namespace kpb

#endif
