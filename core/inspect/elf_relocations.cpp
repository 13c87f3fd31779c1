// SPDX-License-Identifier: GPL-2.0-only
//
// The relocations that the kernel would apply. Its loader checks neither the symbol's index nor the
// place (apply_relocate_add() in arch/*/kernel/module.c): a number out of range has it write to
// memory of somebody else's choice, so such a module is refused here.
#include "core/inspect/elf_image.hpp"

#include "core/base/text.hpp"

namespace kpb {

namespace {

bool bad(const InputErrors& errors, const ElfSection& source, const std::string& what) {
  return errors.fail({.code = "module-relocation",
                      .what = "the relocations in section " + shown(source.name) + " " + what,
                      .why = "the kernel does not check them, and would write to foreign memory",
                      .hint = "build the module again, or copy it again if it was whole before"});
}

} // namespace

bool ElfImage::check_relocations_of(const ElfSection& source, const InputErrors& errors) const {
  const ElfSection& target = m_sections[source.info];
  const size_t symbols = m_symbols == nullptr ? 0 : m_symbols->d_size / sizeof(Elf64_Sym);
  if (source.type == SHT_REL)
    return bad(errors, source, "have no addends, which no 64-bit kernel supports");
  if (source.entry_size != sizeof(Elf64_Rela) || source.data.size() % sizeof(Elf64_Rela) != 0)
    return bad(errors, source, "are not a sequence of 24-byte entries");
  Elf_Data* data = table(source);
  if (data == nullptr && !source.data.empty())
    return bad(errors, source, "cannot be read by libelf");
  const size_t count = source.data.size() / sizeof(Elf64_Rela);
  for (size_t i = 0; i < count; ++i) {
    GElf_Rela raw;
    if (gelf_getrela(data, static_cast<int>(i), &raw) == nullptr)
      return bad(errors, source, "cannot be read by libelf");
    const uint64_t symbol = GELF_R_SYM(raw.r_info);
    if (symbol != 0 && symbol >= symbols)
      return bad(errors, source,
                 "refer to symbol " + std::to_string(symbol) + " of " + std::to_string(symbols) +
                     " (entry " + std::to_string(i + 1) + ")");
    if (GELF_R_TYPE(raw.r_info) != 0 && raw.r_offset >= target.size) // 0 is R_*_NONE
      return bad(errors, source,
                 "reach beyond section " + shown(target.name) + " (entry " + std::to_string(i + 1) +
                     ")");
  }
  return true;
}

bool ElfImage::check_relocations(const InputErrors& errors) const {
  if (!m_relocatable)
    return true; // a gate refuses it
  uint64_t seen = 0;
  for (const ElfSection& source : m_sections) {
    // The loader, too, skips those that belong to no section.
    if ((source.type != SHT_RELA && source.type != SHT_REL) || source.info == 0 ||
        source.info >= m_sections.size())
      continue;
    // Sections of a real file do not overlap, so together they are smaller than the file.
    seen += source.data.size();
    if (seen > m_end)
      return bad(errors, source, "share their bytes with others");
    if (!check_relocations_of(source, errors))
      return false;
  }
  return true;
}

} // namespace kpb
