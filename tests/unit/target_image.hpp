// SPDX-License-Identifier: GPL-2.0-only
//
// Small ELF files for the tests of the target gates: a vmlinux, a module of the target, a live
// patch. They are created byte by byte, so that a test decides where each symbol is, and in which
// byte order.
#ifndef KPB_TESTS_UNIT_TARGET_IMAGE_HPP
#define KPB_TESTS_UNIT_TARGET_IMAGE_HPP

#include <cstdint>
#include <elf.h>
#include <fstream>
#include <string>
#include <vector>

namespace kpb_test {

class ElfMaker {
public:
  // Sections that every image has.
  static constexpr unsigned k_text = 1, k_data = 2, k_debug = 3;

  explicit ElfMaker(unsigned type = ET_EXEC) : m_type(type) {
    section(".text", "code", SHF_ALLOC | SHF_EXECINSTR);
    section(".data", "data", SHF_ALLOC | SHF_WRITE);
    section(".debug_info", "debug", 0);
  }

  ElfMaker& machine(unsigned number, bool big_endian = false) {
    m_machine = number;
    m_big_endian = big_endian;
    return *this;
  }
  ElfMaker& section(const std::string& name, const std::string& content, uint64_t flags = 0,
                    unsigned type = SHT_PROGBITS) {
    m_sections.push_back({name, content, flags, type});
    return *this;
  }
  // Strings as compilers leave them.
  ElfMaker& comment(const std::vector<std::string>& compilers) {
    std::string content(1, '\0');
    for (const auto& compiler : compilers)
      content += compiler + '\0';
    return section(".comment", content);
  }
  ElfMaker& symbol(const std::string& name, uint64_t address, unsigned type, unsigned section,
                   unsigned binding = STB_LOCAL) {
    m_symbols.push_back({name, address, type, section, binding});
    return *this;
  }
  ElfMaker& function(const std::string& name, uint64_t address = 0) {
    return symbol(name, address, STT_FUNC, k_text);
  }
  ElfMaker& data(const std::string& name, uint64_t address = 0) {
    return symbol(name, address, STT_OBJECT, k_data);
  }
  ElfMaker& undefined(const std::string& name, unsigned binding = STB_GLOBAL) {
    return symbol(name, 0, STT_NOTYPE, SHN_UNDEF, binding);
  }
  ElfMaker& livepatch(const std::string& name) {
    return symbol(name, 0, STT_OBJECT, 0xff20, STB_GLOBAL);
  }

  std::string integer(uint64_t value, size_t width) const {
    std::string out;
    for (size_t i = 0; i < width; ++i)
      out += static_cast<char>(
          static_cast<unsigned char>(value >> (8U * (m_big_endian ? width - 1 - i : i))));
    return out;
  }

  std::string image() const {
    const Parts parts = make(sizeof(Elf64_Ehdr));
    return parts.header + parts.rest;
  }
  // Writes it with a hole of that size after the header, in a sparse file, as if for debug
  // information.
  void write(const std::string& path, uint64_t hole) const {
    const Parts parts = make(sizeof(Elf64_Ehdr) + hole);
    std::ofstream out(path, std::ios::binary);
    out << parts.header;
    out.seekp(static_cast<std::streamoff>(sizeof(Elf64_Ehdr) + hole));
    out << parts.rest;
  }

private:
  struct Section {
    std::string name, content;
    uint64_t flags;
    unsigned type;
    unsigned link = 0;
    uint64_t entry_size = 0;
  };
  struct Symbol {
    std::string name;
    uint64_t address;
    unsigned type, section, binding;
  };
  struct Parts {
    std::string header, rest;
  };

  // Everything else begins at offset `at`.
  Parts make(uint64_t at) const {
    std::vector<Section> all = {{"", "", 0, SHT_NULL}};
    all.insert(all.end(), m_sections.begin(), m_sections.end());
    std::string table(sizeof(Elf64_Sym), '\0');
    std::string names(1, '\0');
    for (const auto& s : m_symbols) {
      table += integer(names.size(), 4) + integer(ELF64_ST_INFO(s.binding, s.type), 1) +
               integer(0, 1) + integer(s.section, 2) + integer(s.address, 8) + integer(0, 8);
      names += s.name + '\0';
    }
    const unsigned strings = static_cast<unsigned>(all.size()) + 1;
    all.push_back({".symtab", table, 0, SHT_SYMTAB, strings, sizeof(Elf64_Sym)});
    all.push_back({".strtab", names, 0, SHT_STRTAB});
    all.push_back({".shstrtab", "", 0, SHT_STRTAB});
    std::string section_names;
    for (const auto& s : all)
      section_names += s.name + '\0';
    all.back().content = section_names;

    std::string rest, headers;
    size_t name = 0;
    for (const auto& s : all) {
      rest.resize((rest.size() + 7) / 8 * 8);
      headers += integer(name, 4) + integer(s.type, 4) + integer(s.flags, 8) + integer(0, 8) +
                 integer(s.type == SHT_NULL ? 0 : at + rest.size(), 8) +
                 integer(s.content.size(), 8) + integer(s.link, 4) + integer(0, 4) +
                 integer(s.type == SHT_NULL ? 0 : 8, 8) + integer(s.entry_size, 8);
      rest += s.content;
      name += s.name.size() + 1;
    }
    rest.resize((rest.size() + 7) / 8 * 8);
    const std::string ident = std::string("\177ELF\2") + (m_big_endian ? '\2' : '\1') + '\1';
    std::string header = ident + std::string(9, '\0') + integer(m_type, 2) + integer(m_machine, 2) +
                         integer(1, 4) + std::string(16, '\0') + integer(at + rest.size(), 8) +
                         integer(0, 4) + integer(64, 2) + integer(0, 4) + integer(64, 2) +
                         integer(all.size(), 2) + integer(all.size() - 1, 2);
    return {header, rest + headers};
  }

  unsigned m_type;
  unsigned m_machine = EM_X86_64;
  bool m_big_endian = false;
  std::vector<Section> m_sections;
  std::vector<Symbol> m_symbols;
};

} // namespace kpb_test

#endif
