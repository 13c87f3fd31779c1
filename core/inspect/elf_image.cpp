// SPDX-License-Identifier: GPL-2.0-only
//
// What an ElfImage can be asked for: names, relocations and their targets, integers, notes. Opening
// one is in elf_image_open.cpp.
#include "core/inspect/elf_image.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_strings.hpp"
#include <kpb/sdk/architectures.hpp>

#include <algorithm>

namespace kpb {

namespace {

constexpr uint64_t k_rela_livepatch = 0x00100000; // SHF_RELA_LIVEPATCH, unknown to libelf
// A module of a whole subsystem has some 20,000, with its debug information 100,000.
constexpr size_t k_most_symbols = 500000;

// The kernel's loader takes any other number for an index, and does not check it.
bool is_reserved_section(unsigned number) {
  constexpr unsigned k_shn_livepatch = 0xff20; // unknown to libelf
  return number == SHN_ABS || number == SHN_COMMON || number == k_shn_livepatch;
}

const Architecture* known_machine(unsigned number) {
  for (const Architecture& one : k_architectures)
    if (one.elf_machine == number)
      return &one;
  return nullptr;
}

} // namespace

// The translated bytes of a symbol or relocation table, whose sizes were checked before.
Elf_Data* ElfImage::table(const ElfSection& section) const {
  Elf_Data* data = elf_getdata(elf_getscn(m_elf.get(), section.index), nullptr);
  return data != nullptr && data->d_size == section.data.size() ? data : nullptr;
}

std::string elf_machine_name(unsigned machine, bool big_endian) {
  // Big-endian ppc64 has the number of ppc64le, and a little-endian s390x does not exist.
  const Architecture* known = known_machine(machine);
  return std::string(known != nullptr && big_endian == known->big_endian ? known->name : "");
}

std::string ElfImage::machine_name() const { return elf_machine_name(m_machine, m_big_endian); }

const ElfSection* ElfImage::find(std::string_view name) const {
  for (const ElfSection& section : m_sections)
    if (section.name == name)
      return &section;
  return nullptr;
}

bool ElfImage::is_livepatch_relocation(const ElfSection& section) {
  return (section.flags & k_rela_livepatch) != 0 || section.name.starts_with(".klp.rela.");
}

std::optional<std::vector<ElfRelocation>> ElfImage::relocations(const ElfSection& target,
                                                                const InputErrors& errors) const {
  const auto bad = [&](const std::string& what) {
    errors.fail({.code = "module-metadata",
                 .what = "the relocations of section " + shown(target.name) + " " + what,
                 .why = "so it is not known what the module patches"});
    return std::nullopt;
  };
  const ElfSection* source = nullptr;
  for (const ElfSection& section : m_sections) {
    if (section.type != SHT_RELA || section.info != target.index ||
        is_livepatch_relocation(section))
      continue;
    if (source != nullptr)
      return bad("are in two sections");
    source = &section;
  }
  std::vector<ElfRelocation> out;
  if (source == nullptr)
    return out;
  if (source->entry_size != sizeof(Elf64_Rela) || source->data.size() % sizeof(Elf64_Rela) != 0)
    return bad("are not a sequence of 24-byte entries");
  if (m_symbol_section == nullptr || source->link != m_symbol_section->index)
    return bad("do not use the module's symbol table");
  Elf_Data* data = table(*source);
  if (data == nullptr)
    return bad("cannot be read by libelf");

  const size_t count = source->data.size() / sizeof(Elf64_Rela);
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    GElf_Rela raw;
    if (gelf_getrela(data, static_cast<int>(i), &raw) == nullptr)
      return bad("cannot be read by libelf");
    const auto type = static_cast<uint32_t>(GELF_R_TYPE(raw.r_info));
    if (type == 0) // 0 is R_*_NONE on every machine
      continue;
    if (raw.r_offset >= target.data.size())
      return bad("reach beyond it");
    out.push_back({raw.r_offset, GELF_R_SYM(raw.r_info), type, raw.r_addend});
  }
  const auto by_offset = [](const ElfRelocation& a, const ElfRelocation& b) {
    return a.offset < b.offset;
  };
  std::sort(out.begin(), out.end(), by_offset);
  for (size_t i = 1; i < out.size(); ++i)
    if (out[i].offset == out[i - 1].offset)
      return bad("fill the same place twice");
  return out;
}

std::optional<std::vector<ElfSymbol>> ElfImage::symbols(const InputErrors& errors) const {
  std::vector<ElfSymbol> out;
  if (m_symbol_section == nullptr)
    return out;
  const auto bad = [&](const std::string& what) {
    errors.fail({.code = "module-damaged",
                 .what = "the symbol table " + what,
                 .why = "the kernel refuses such a file",
                 .hint = "build the module again, or copy it again if the original is undamaged"});
    return std::nullopt;
  };
  const size_t link = m_symbol_section->link;
  const std::string_view names =
      link < m_sections.size() && m_sections[link].type == SHT_STRTAB ? m_sections[link].data : "";
  if (names.empty() || names.back() != '\0')
    return bad("has no terminated string table");
  if (!check_strings(names, "a symbol is named", errors))
    return std::nullopt;
  const size_t count = m_symbols->d_size / sizeof(Elf64_Sym);
  if (count > k_most_symbols)
    return bad("has " + std::to_string(count) + " symbols, more than " +
               std::to_string(k_most_symbols));
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    GElf_Sym raw;
    if (gelf_getsym(m_symbols, static_cast<int>(i), &raw) == nullptr ||
        !is_name_start(names, raw.st_name))
      return bad("has the name of symbol " + std::to_string(i) + " outside its strings");
    if (raw.st_shndx >= m_sections.size() && !is_reserved_section(raw.st_shndx))
      return bad("has symbol " + std::to_string(i) + " in section " + std::to_string(raw.st_shndx) +
                 " of " + std::to_string(m_sections.size()));
    const std::string_view rest = names.substr(raw.st_name);
    out.push_back({rest.substr(0, rest.find('\0')), raw.st_shndx,
                   static_cast<unsigned>(GELF_ST_TYPE(raw.st_info)),
                   static_cast<unsigned>(GELF_ST_BIND(raw.st_info))});
  }
  return out;
}

std::optional<ElfPlace> ElfImage::target(const ElfRelocation& relocation) const {
  const Architecture* machine = known_machine(m_machine);
  if (machine != nullptr && relocation.type != machine->elf_address)
    return std::nullopt;
  GElf_Sym symbol;
  if (m_symbols == nullptr || relocation.symbol >= m_symbols->d_size / sizeof(Elf64_Sym) ||
      gelf_getsym(m_symbols, static_cast<int>(relocation.symbol), &symbol) == nullptr)
    return std::nullopt;
  // This also covers reserved numbers (absolute, livepatch): they are above the section count.
  if (symbol.st_shndx == SHN_UNDEF || symbol.st_shndx >= m_sections.size())
    return std::nullopt;
  const ElfSection& section = m_sections[symbol.st_shndx];
  const uint64_t offset = symbol.st_value + static_cast<uint64_t>(relocation.addend);
  if (offset >= section.data.size())
    return std::nullopt;
  return ElfPlace{&section, offset};
}

uint64_t ElfImage::integer(std::string_view bytes) const {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char byte = bytes[m_big_endian ? i : bytes.size() - 1 - i];
    value = (value << 8U) | static_cast<unsigned char>(byte);
  }
  return value;
}

std::optional<std::string_view> ElfImage::note(const ElfSection& section, std::string_view owner,
                                               uint32_t type) const {
  if (section.type != SHT_NOTE || section.data.empty())
    return std::nullopt;
  Elf_Data* data = table(section);
  GElf_Nhdr header;
  size_t name = 0;
  size_t descriptor = 0;
  for (size_t at = 0; data != nullptr;) {
    at = gelf_getnote(data, at, &header, &name, &descriptor);
    if (at == 0 || !is_inside(name, header.n_namesz, section.data.size()) ||
        !is_inside(descriptor, header.n_descsz, section.data.size()))
      return std::nullopt;
    // The name's length includes its NUL.
    const std::string_view found = section.data.substr(name, header.n_namesz);
    if (header.n_type == type && found.size() == owner.size() + 1 && found.starts_with(owner))
      return section.data.substr(descriptor, header.n_descsz);
  }
  return std::nullopt;
}

} // namespace kpb
