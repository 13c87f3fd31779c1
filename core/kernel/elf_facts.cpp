// SPDX-License-Identifier: GPL-2.0-only
//
// See elf_facts.hpp. libelf finds and translates headers; content is read by us, with bounds of our
// own, because libelf would hold each section that it is asked for as a whole.
#include "core/kernel/elf_facts.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_image.hpp"

#include <algorithm>
#include <gelf.h>
#include <memory>

namespace kpb {

namespace {

constexpr size_t k_piece = size_t{1} << 20U;
constexpr uint64_t k_small = uint64_t{1} << 20U; // .comment, .modinfo and notes are much smaller
constexpr size_t k_max_compilers = 64;
constexpr size_t k_max_sections = 1000000;
constexpr std::string_view k_banner = "Linux version ";

struct Close {
  void operator()(Elf* elf) const { elf_end(elf); }
};

// A section as the headers have it; `where` it lies was checked against the file.
struct Section {
  std::string name;
  GElf_Shdr header;
};

class Reader {
public:
  explicit Reader(const OpenFile& file) : m_file(file) {}

  bool open(std::string& why);
  ElfFacts facts();

private:
  bool read_sections(std::string& why);
  std::string bytes(const Section& section) const;
  std::string build_id(const std::string& note) const;
  std::string banner_in(const Section& section) const;
  std::string banner() const;

  const OpenFile& m_file;
  std::unique_ptr<Elf, Close> m_elf;
  GElf_Ehdr m_header{};
  std::vector<Section> m_sections;
};

bool Reader::open(std::string& why) {
  elf_version(EV_CURRENT);
  m_elf.reset(elf_begin(m_file.descriptor(), ELF_C_READ, nullptr));
  if (!m_elf || elf_kind(m_elf.get()) != ELF_K_ELF ||
      gelf_getehdr(m_elf.get(), &m_header) == nullptr) {
    why = "it is no ELF file";
    return false;
  }
  if (m_header.e_type != ET_EXEC && m_header.e_type != ET_DYN && m_header.e_type != ET_REL) {
    why = "it is neither a program nor an object file";
    return false;
  }
  return read_sections(why);
}

bool Reader::read_sections(std::string& why) {
  size_t count = 0;
  size_t names = 0;
  if (elf_getshdrnum(m_elf.get(), &count) != 0 || elf_getshdrstrndx(m_elf.get(), &names) != 0 ||
      count == 0 || count > k_max_sections) {
    why = "its section headers are missing or damaged";
    return false;
  }
  for (size_t i = 1; i < count; ++i) {
    Section section;
    Elf_Scn* scn = elf_getscn(m_elf.get(), i);
    if (scn == nullptr || gelf_getshdr(scn, &section.header) == nullptr) {
      why = "section header " + std::to_string(i) + " is damaged";
      return false;
    }
    const auto& h = section.header;
    if (h.sh_type != SHT_NOBITS &&
        (h.sh_offset > m_file.info().size || h.sh_size > m_file.info().size - h.sh_offset)) {
      why = "section " + std::to_string(i) + " ends beyond the file";
      return false;
    }
    const char* name = elf_strptr(m_elf.get(), names, h.sh_name);
    section.name = name == nullptr ? "" : name;
    m_sections.push_back(std::move(section));
  }
  return true;
}

// At most k_small of it.
std::string Reader::bytes(const Section& section) const {
  if (section.header.sh_type == SHT_NOBITS)
    return {};
  std::string out(std::min(section.header.sh_size, k_small), '\0');
  const auto n = m_file.read_at(section.header.sh_offset, out.data(), out.size());
  out.resize(n ? *n : 0);
  return out;
}

std::string Reader::build_id(const std::string& note) const {
  const bool big = m_header.e_ident[EI_DATA] == ELFDATA2MSB;
  const auto word = [&](size_t at) {
    uint64_t out = 0;
    for (size_t i = 0; i < 4; ++i)
      out |= uint64_t{static_cast<unsigned char>(note[at + i])} << (8 * (big ? 3 - i : i));
    return out;
  };
  const auto padded = [](uint64_t size) { return (size + 3) & ~uint64_t{3}; };
  for (size_t at = 0; at + 12 <= note.size();) {
    const uint64_t name = word(at);
    const uint64_t description = word(at + 4);
    const uint64_t type = word(at + 8);
    const uint64_t start = at + 12 + padded(name);
    if (start > note.size() || description > note.size() - start)
      break;
    if (type == NT_GNU_BUILD_ID && name == 4 && note.compare(at + 12, 4, "GNU", 4) == 0 &&
        description <= 64) {
      return hex_of(std::string_view(note).substr(start, description));
    }
    at = start + padded(description);
  }
  return {};
}

std::string Reader::banner_in(const Section& section) const {
  constexpr size_t k_overlap = 256;
  std::string piece(k_piece, '\0');
  const uint64_t size = section.header.sh_size;
  for (uint64_t at = 0; at < size; at += k_piece - k_overlap) {
    const auto n = m_file.read_at(section.header.sh_offset + at, piece.data(),
                                  std::min<uint64_t>(piece.size(), size - at));
    if (!n || *n == 0)
      break;
    const std::string_view view(piece.data(), *n);
    for (size_t hit = view.find(k_banner); hit != std::string_view::npos;
         hit = view.find(k_banner, hit + 1)) {
      const std::string_view rest = view.substr(hit + k_banner.size(), 128);
      const size_t end = rest.find_first_of(std::string_view(" \0\n", 3));
      if (end != std::string_view::npos && end > 0 && is_digit(rest[0]))
        return std::string(rest.substr(0, end));
    }
    if (size - at <= piece.size())
      break;
  }
  return {};
}

// linux_banner is in .rodata; it would be found elsewhere too, if a linker script puts it there.
std::string Reader::banner() const {
  for (const bool rodata : {true, false})
    for (const auto& section : m_sections) {
      const bool loaded = section.header.sh_type == SHT_PROGBITS &&
                          (section.header.sh_flags & SHF_ALLOC) != 0 &&
                          (section.header.sh_flags & SHF_EXECINSTR) == 0;
      if (!loaded || (section.name == ".rodata") != rodata)
        continue;
      if (auto found = banner_in(section); !found.empty())
        return found;
    }
  return {};
}

ElfFacts Reader::facts() {
  ElfFacts facts;
  facts.e_machine = m_header.e_machine;
  facts.machine = elf_machine_name(m_header.e_machine, m_header.e_ident[EI_DATA] == ELFDATA2MSB);
  facts.relocatable = m_header.e_type == ET_REL;
  for (const auto& section : m_sections) {
    const auto& h = section.header;
    if (h.sh_type == SHT_NOTE && facts.build_id.empty())
      facts.build_id = build_id(bytes(section));
    if (section.name == ".debug_info" && h.sh_type != SHT_NOBITS && h.sh_size != 0)
      facts.debug_info = true;
    if (h.sh_type == SHT_SYMTAB && h.sh_size != 0)
      facts.symbols = true;
    if (section.name == ".comment")
      for (const auto& text : split(bytes(section), '\0'))
        if (!text.empty() && facts.compilers.size() < k_max_compilers &&
            std::find(facts.compilers.begin(), facts.compilers.end(), text) ==
                facts.compilers.end())
          facts.compilers.push_back(text);
    if (section.name == ".modinfo")
      for (const auto& text : split(bytes(section), '\0'))
        if (text.starts_with("vermagic="))
          facts.vermagic = text.substr(9, text.find(' ') - 9);
  }
  if (!facts.relocatable)
    facts.release = banner();
  return facts;
}

} // namespace

std::string ElfFacts::compiler() const {
  for (const char* word : {"GCC:", "clang version"})
    for (const auto& text : compilers)
      if (text.find(word) != std::string::npos)
        return text;
  return {};
}

std::optional<ElfFacts> read_elf_facts(const OpenFile& file, const std::string& code,
                                       const std::string& where, DiagnosticSink& sink) {
  Reader reader(file);
  std::string why;
  if (!reader.open(why)) {
    fail(sink, {.fault = Fault::input,
                .code = code,
                .where = where,
                .what = "it cannot be used",
                .why = why});
    return std::nullopt;
  }
  return reader.facts();
}

} // namespace kpb
