// SPDX-License-Identifier: GPL-2.0-only
//
// Opens an ElfImage. Everything that can be wrong with the file's headers and tables is found here.
// The raw header is checked before libelf sees it, because libelf allocates memory for as many
// sections as the file claims to have.
#include "core/inspect/elf_image.hpp"

#include "core/inspect/elf_strings.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr uint64_t k_header = sizeof(Elf64_Ehdr);

bool damaged(const InputErrors& errors, std::string what) {
  return errors.fail({.code = "module-damaged",
                      .what = std::move(what),
                      .why = "the kernel refuses such a file",
                      .hint = "build the module again, or copy it again if it was whole before"});
}

bool truncated(const InputErrors& errors, const std::string& part, uint64_t offset, uint64_t size,
               uint64_t whole) {
  return errors.fail({.code = "module-truncated",
                      .what = "the file is truncated or damaged: " + part + " (" +
                              std::to_string(size) + " bytes at " + std::to_string(offset) +
                              ") is beyond its end at " + std::to_string(whole) + " bytes",
                      .why = "the kernel refuses such a file",
                      .hint = "copy or build the module again"});
}

} // namespace

std::optional<ElfImage> ElfImage::open(std::string_view image, const InputErrors& errors) {
  ElfImage self;
  if (!self.read_header(image, errors) || !self.read_sections(image, errors) ||
      !self.find_symbols(errors))
    return std::nullopt;
  return self;
}

bool ElfImage::read_header(std::string_view image, const InputErrors& errors) {
  if (image.size() < k_header)
    return truncated(errors, "the ELF header", 0, k_header, image.size());
  if (image[EI_CLASS] != ELFCLASS64)
    return errors.fail(
        {.code = "module-class",
         .what = "it is " +
                 std::string(image[EI_CLASS] == ELFCLASS32 ? "a 32-bit" : "not a 64-bit") +
                 " ELF file; a live patch is a 64-bit file",
         .why = "live patching exists only on 64-bit machines"});
  if (image[EI_DATA] != ELFDATA2LSB && image[EI_DATA] != ELFDATA2MSB)
    return damaged(errors, "the ELF header names no known byte order");
  m_big_endian = image[EI_DATA] == ELFDATA2MSB;

  const uint64_t at = integer(image.substr(40, 8));
  const uint64_t entry_size = integer(image.substr(58, 2));
  const uint64_t count = integer(image.substr(60, 2));
  if (entry_size != sizeof(Elf64_Shdr))
    return damaged(errors, "according to the ELF header, section headers have " +
                               std::to_string(entry_size) + " bytes; they must have 64");
  // 0 would mean that the real count is stored elsewhere (65,280 sections or more), which the
  // kernel's loader does not support.
  if (count == 0 || count >= SHN_LORESERVE)
    return damaged(errors, "the ELF header counts " + std::to_string(count) +
                               " sections, a module has 1 to 65279");
  if (!is_inside(at, count * sizeof(Elf64_Shdr), image.size()))
    return truncated(errors, "its section table", at, count * sizeof(Elf64_Shdr), image.size());
  m_end = std::max(k_header, at + count * sizeof(Elf64_Shdr));
  return true;
}

bool ElfImage::read_sections(std::string_view image, const InputErrors& errors) {
  // Called once per process: elf_version writes to a global variable.
  static const unsigned version = elf_version(EV_CURRENT);
  // libelf takes a mutable image, but does not write to one that is opened for reading (as
  // elf_memory does); the tests use read-only pages.
  if (version != EV_NONE)
    m_elf.reset(elf_memory(const_cast<char*>(image.data()), image.size()));
  GElf_Ehdr header;
  if (!m_elf || elf_kind(m_elf.get()) != ELF_K_ELF || gelf_getehdr(m_elf.get(), &header) == nullptr)
    return damaged(errors, "libelf does not accept it as an ELF file");
  m_machine = header.e_machine;
  m_relocatable = header.e_type == ET_REL;

  m_sections.resize(header.e_shnum);
  for (size_t i = 0; i < m_sections.size(); ++i) {
    GElf_Shdr raw;
    Elf_Scn* scn = elf_getscn(m_elf.get(), i);
    if (scn == nullptr || gelf_getshdr(scn, &raw) == nullptr)
      return damaged(errors, "section " + std::to_string(i) + " has no readable header");
    ElfSection& section = m_sections[i];
    section.index = i;
    section.type = raw.sh_type;
    section.link = raw.sh_link;
    section.info = raw.sh_info;
    section.flags = raw.sh_flags;
    section.size = raw.sh_size;
    section.entry_size = raw.sh_entsize;
    if (raw.sh_type == SHT_NULL || raw.sh_type == SHT_NOBITS)
      continue;
    if (!is_inside(raw.sh_offset, raw.sh_size, image.size()))
      return truncated(errors, "section " + std::to_string(i), raw.sh_offset, raw.sh_size,
                       image.size());
    m_end = std::max(m_end, raw.sh_offset + raw.sh_size);
    // Compressed bytes are not the section's real content, and the kernel does not unpack them.
    if ((raw.sh_flags & SHF_COMPRESSED) == 0)
      section.data = image.substr(raw.sh_offset, raw.sh_size);
  }
  return name_sections(header.e_shstrndx, errors);
}

bool ElfImage::name_sections(size_t names_index, const InputErrors& errors) {
  if (names_index >= m_sections.size() || m_sections[names_index].type != SHT_STRTAB ||
      m_sections[names_index].data.empty() || m_sections[names_index].data.back() != '\0')
    return damaged(errors, "the section names are not a terminated string table");
  const std::string_view names = m_sections[names_index].data;
  if (!check_strings(names, "a section is named", errors))
    return false;
  for (ElfSection& section : m_sections) {
    GElf_Shdr raw;
    if (gelf_getshdr(elf_getscn(m_elf.get(), section.index), &raw) == nullptr ||
        !is_name_start(names, raw.sh_name))
      return damaged(errors, "the name of section " + std::to_string(section.index) +
                                 " lies outside the section names");
    const std::string_view rest = names.substr(raw.sh_name);
    section.name = rest.substr(0, rest.find('\0'));
  }
  return true;
}

bool ElfImage::find_symbols(const InputErrors& errors) {
  for (const ElfSection& section : m_sections) {
    if (section.type != SHT_SYMTAB)
      continue;
    if (m_symbol_section != nullptr)
      return damaged(errors, "it has two symbol tables");
    m_symbol_section = &section;
  }
  if (m_symbol_section == nullptr)
    return !m_relocatable ||
           errors.fail(
               {.code = "module-stripped",
                .what = "the module has no symbol table",
                .why =
                    "without symbols the kernel cannot resolve relocations, and refuses the module",
                .hint = "do not strip live patches; at most use strip -g"});
  if (m_symbol_section->entry_size != sizeof(Elf64_Sym) ||
      m_symbol_section->data.size() % sizeof(Elf64_Sym) != 0)
    return damaged(errors, "the symbol table is not a sequence of 24-byte symbols");
  m_symbols = table(*m_symbol_section);
  return m_symbols != nullptr || damaged(errors, "libelf cannot read the symbol table");
}

} // namespace kpb
