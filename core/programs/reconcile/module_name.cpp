// SPDX-License-Identifier: GPL-2.0-only
//
// See module_name.hpp.
#include "core/programs/reconcile/module_name.hpp"

#include "core/base/text.hpp"
#include <kpb/sdk/names.hpp>

#include <bit>
#include <cstring>
#include <elf.h>
#include <optional>

namespace kpb::runtime {

namespace {

constexpr size_t k_most_sections = 100000; // a kernel with -ffunction-sections has a few thousand
constexpr size_t k_name_at = 24; // after `enum module_state state; struct list_head list;`

template <class T> std::optional<T> at(std::string_view file, uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T))
    return std::nullopt;
  T out;
  std::memcpy(&out, file.data() + offset, sizeof out);
  return out;
}

std::string_view part(std::string_view file, uint64_t offset, uint64_t size) {
  if (offset > file.size() || file.size() - offset < size)
    return {};
  return file.substr(offset, size);
}

std::string_view text_at(std::string_view table, uint64_t offset) {
  return offset < table.size() ? table.substr(offset, table.find('\0', offset) - offset)
                               : std::string_view();
}

} // namespace

std::string module_name_in(std::string_view file) {
  constexpr unsigned char k_native =
      std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  const auto head = at<Elf64_Ehdr>(file, 0);
  if (!head || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0 ||
      head->e_ident[EI_CLASS] != ELFCLASS64 || head->e_ident[EI_DATA] != k_native ||
      head->e_shentsize != sizeof(Elf64_Shdr))
    return "";
  const auto section = [&](uint64_t i) {
    return at<Elf64_Shdr>(file, head->e_shoff + i * sizeof(Elf64_Shdr));
  };
  // With many sections, the first one contains their count and the index of the section with their
  // names (elf(5)).
  const auto first = section(0);
  if (head->e_shoff > file.size() || !first)
    return "";
  const uint64_t count = head->e_shnum != 0 ? head->e_shnum : first->sh_size;
  const auto names = section(head->e_shstrndx != SHN_XINDEX ? head->e_shstrndx : first->sh_link);
  if (!names || count > k_most_sections)
    return "";
  const auto table = part(file, names->sh_offset, names->sh_size);
  for (uint64_t i = 0; i < count; ++i) {
    const auto one = section(i);
    if (!one || text_at(table, one->sh_name) != ".gnu.linkonce.this_module" ||
        one->sh_type == SHT_NOBITS)
      continue;
    const auto name = text_at(part(file, one->sh_offset, one->sh_size), k_name_at);
    return is_module_name(name) ? std::string(name) : "";
  }
  return "";
}

} // namespace kpb::runtime
