// SPDX-License-Identifier: GPL-2.0-only
//
// The smallest file that contains a module's name, as a kernel of this machine's architecture finds
// it.
#ifndef KPB_TESTS_UNIT_MODULE_ELF_HPP
#define KPB_TESTS_UNIT_MODULE_ELF_HPP

#include <bit>
#include <cstring>
#include <elf.h>
#include <string>

namespace kpb_test {

inline std::string elf_of_module(const std::string& name) {
  const std::string names("\0.gnu.linkonce.this_module\0.names\0", 34);
  const std::string module = std::string(24, '\0') + name + std::string(64 - name.size(), '\0');
  Elf64_Ehdr head = {};
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_ident[EI_DATA] = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  head.e_shoff = sizeof head;
  head.e_shentsize = sizeof(Elf64_Shdr);
  head.e_shnum = 3;
  head.e_shstrndx = 2;
  Elf64_Shdr sections[3] = {};
  sections[1].sh_name = 1;
  sections[1].sh_type = SHT_PROGBITS;
  sections[1].sh_offset = sizeof head + sizeof sections;
  sections[1].sh_size = module.size();
  sections[2].sh_name = 27;
  sections[2].sh_type = SHT_STRTAB;
  sections[2].sh_offset = sections[1].sh_offset + module.size();
  sections[2].sh_size = names.size();
  std::string out(reinterpret_cast<const char*>(&head), sizeof head);
  out.append(reinterpret_cast<const char*>(sections), sizeof sections);
  return out + module + names;
}

} // namespace kpb_test

#endif
