// SPDX-License-Identifier: GPL-2.0-only
//
// See target_elf.hpp. Read by hand instead of with libelf, which would need a file descriptor (and
// so bypass FileSystem) and allocates whatever sizes a header claims.
#include "core/inspect/target/target_elf.hpp"

#include "core/base/text.hpp"
#include "core/inspect/elf_image.hpp"

#include <elf.h>

namespace kpb {

namespace {

// An allyesconfig kernel has 60 MiB of each; a distribution's kernel has 5.
constexpr uint64_t k_most_symbols = 256ULL * 1024 * 1024;
constexpr uint64_t k_most_section_names = 16ULL * 1024 * 1024;
constexpr size_t k_longest_section_name = 256; // of the sections that are searched for
constexpr size_t k_longest_symbol_name = 512;  // KSYM_NAME_LEN

} // namespace

std::optional<TargetElf> TargetElf::open(FileSystem& files, const std::string& path,
                                         TargetKind kind, DiagnosticSink& sink) {
  TargetElf self(path, kind);
  auto file = files.open(path);
  if (!file) {
    self.unreadable(sink, file.error());
    return std::nullopt;
  }
  self.m_file = std::move(*file);
  if (!self.read_header(sink))
    return std::nullopt;
  return self;
}

bool TargetElf::read_header(DiagnosticSink& sink) {
  const auto header = m_file->read(0, std::min<uint64_t>(m_file->size(), sizeof(Elf64_Ehdr)));
  if (!header)
    return unreadable(sink, header.error());
  if (!header->starts_with(ELFMAG))
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "target-not-elf",
         .where = m_path,
         .what = "is no ELF file: it begins with " + shown(std::string_view(*header).substr(0, 4)),
         .hint =
             m_kind == TargetKind::kernel
                 ? "give the vmlinux of the debug package; vmlinuz is a packed image without symbols"
                 : "unpack the target's modules (xz -d, zstd -d) in that directory"});
  if (header->size() < sizeof(Elf64_Ehdr))
    return damaged(sink, "it ends within its ELF header");
  const std::string_view bytes = *header;
  const char order = bytes[EI_DATA];
  if (bytes[EI_CLASS] != ELFCLASS64 || (order != ELFDATA2LSB && order != ELFDATA2MSB))
    return damaged(sink, "it is no 64-bit ELF file");
  m_big_endian = order == ELFDATA2MSB;
  m_machine = static_cast<unsigned>(integer(bytes.substr(18, 2)));
  const uint64_t at = integer(bytes.substr(40, 8));
  const uint64_t count = integer(bytes.substr(60, 2));
  if (integer(bytes.substr(58, 2)) != sizeof(Elf64_Shdr) || count == 0 || count >= SHN_LORESERVE ||
      !is_inside(at, count * sizeof(Elf64_Shdr), m_file->size()))
    return damaged(sink, "its section table (" + std::to_string(count) + " entries at " +
                             std::to_string(at) + ") does not lie within its " +
                             std::to_string(m_file->size()) + " bytes");
  const auto table = m_file->read(at, count * sizeof(Elf64_Shdr));
  if (!table)
    return unreadable(sink, table.error());
  return check_kind(static_cast<unsigned>(integer(bytes.substr(16, 2))), sink) &&
         read_sections(*table, integer(bytes.substr(62, 2)), sink);
}

// vmlinux.o has other addresses, so functions with the same name are in another order.
bool TargetElf::check_kind(unsigned type, DiagnosticSink& sink) const {
  if ((type == ET_REL) == (m_kind == TargetKind::module) &&
      (type == ET_REL || type == ET_EXEC || type == ET_DYN))
    return true;
  return fail(
      sink,
      {.fault = Fault::input,
       .code = "target-kind",
       .where = m_path,
       .what = std::string("is no ") +
               (m_kind == TargetKind::kernel ? "linked kernel" : "kernel module") +
               ": its ELF type is " + std::to_string(type),
       .hint = m_kind == TargetKind::kernel ? "give the target's vmlinux, not vmlinux.o" : ""});
}

bool TargetElf::read_sections(std::string_view table, uint64_t names_index, DiagnosticSink& sink) {
  m_sections.resize(table.size() / sizeof(Elf64_Shdr));
  for (size_t i = 0; i < m_sections.size(); ++i) {
    const std::string_view raw = table.substr(i * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
    Section& section = m_sections[i];
    section.type = static_cast<uint32_t>(integer(raw.substr(4, 4)));
    section.flags = integer(raw.substr(8, 8));
    section.offset = integer(raw.substr(24, 8));
    section.size = integer(raw.substr(32, 8));
    section.link = static_cast<uint32_t>(integer(raw.substr(40, 4)));
    section.entry_size = integer(raw.substr(56, 8));
  }
  if (names_index >= m_sections.size() || m_sections[names_index].type != SHT_STRTAB)
    return damaged(sink, "its section names are in no string table");
  const auto names = bytes(m_sections[names_index], k_most_section_names, "section names", sink);
  if (!names)
    return false;
  for (size_t i = 0; i < m_sections.size(); ++i) {
    const uint64_t at = integer(table.substr(i * sizeof(Elf64_Shdr), 4));
    if (at >= names->size())
      return damaged(sink, "the name of section " + std::to_string(i) +
                               " lies outside its section names");
    const std::string_view rest = std::string_view(*names).substr(at, k_longest_section_name);
    m_sections[i].name = rest.substr(0, rest.find('\0'));
  }
  return true;
}

std::optional<std::string> TargetElf::bytes(const Section& section, uint64_t limit,
                                            const char* part, DiagnosticSink& sink) const {
  if (section.size > limit) {
    damaged(sink, std::string("its ") + part + " claim " + std::to_string(section.size) +
                      " bytes, up to " + std::to_string(limit) + " are read");
    return std::nullopt;
  }
  if (section.type == SHT_NOBITS || (section.flags & SHF_COMPRESSED) != 0 ||
      !is_inside(section.offset, section.size, m_file->size())) {
    damaged(sink, std::string("its ") + part + " (" + std::to_string(section.size) + " bytes at " +
                      std::to_string(section.offset) + ") do not lie within its " +
                      std::to_string(m_file->size()) + " bytes");
    return std::nullopt;
  }
  auto content = m_file->read(section.offset, section.size);
  if (!content) {
    unreadable(sink, content.error());
    return std::nullopt;
  }
  return std::move(*content);
}

std::optional<std::string> TargetElf::section(std::string_view name, uint64_t limit,
                                              DiagnosticSink& sink) const {
  for (const Section& section : m_sections)
    if (section.name == name)
      return bytes(section, limit, ("bytes of section " + shown(name)).c_str(), sink);
  return std::string();
}

bool TargetElf::each_symbol(const std::function<void(const TargetSymbol&)>& take,
                            DiagnosticSink& sink) const {
  const Section* found = nullptr;
  for (const Section& section : m_sections) {
    if (section.type != SHT_SYMTAB)
      continue;
    if (found != nullptr)
      return damaged(sink, "it has two symbol tables");
    found = &section;
  }
  if (found == nullptr || found->size == 0)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "target-stripped",
         .where = m_path,
         .what = "it has no symbol table",
         .why = "what a patch refers to cannot be looked up in it",
         .hint = m_kind == TargetKind::kernel ? "give the vmlinux of the debug package" : ""});
  if (found->entry_size != sizeof(Elf64_Sym) || found->size % sizeof(Elf64_Sym) != 0)
    return damaged(sink, "its symbol table is no sequence of 24-byte symbols");
  if (found->link >= m_sections.size() || m_sections[found->link].type != SHT_STRTAB)
    return damaged(sink, "its symbols have no string table");
  const auto table = bytes(*found, k_most_symbols, "symbols", sink);
  const auto names =
      table ? bytes(m_sections[found->link], k_most_symbols, "symbol names", sink) : std::nullopt;
  if (!names)
    return false;
  if (names->empty() || names->back() != '\0')
    return damaged(sink, "its symbol names are no terminated string table");

  for (size_t at = sizeof(Elf64_Sym); at < table->size(); at += sizeof(Elf64_Sym)) {
    const std::string_view raw = std::string_view(*table).substr(at, sizeof(Elf64_Sym));
    const uint64_t name = integer(raw.substr(0, 4));
    if (name >= names->size())
      return damaged(sink, "the name of symbol " + std::to_string(at / sizeof(Elf64_Sym)) +
                               " lies outside its symbol names");
    const std::string_view rest = std::string_view(*names).substr(name, k_longest_symbol_name);
    TargetSymbol symbol;
    symbol.name = rest.substr(0, rest.find('\0'));
    symbol.type = ELF64_ST_TYPE(static_cast<unsigned char>(raw[4]));
    symbol.binding = ELF64_ST_BIND(static_cast<unsigned char>(raw[4]));
    symbol.section = static_cast<unsigned>(integer(raw.substr(6, 2)));
    symbol.address = integer(raw.substr(8, 8));
    if (symbol.section < m_sections.size()) {
      symbol.loaded = (m_sections[symbol.section].flags & SHF_ALLOC) != 0;
      symbol.init = is_init(m_sections[symbol.section]);
    }
    take(symbol);
  }
  return true;
}

// Code that is built into the kernel never exits, so its __exit functions are freed with its __init
// functions.
bool TargetElf::is_init(const Section& section) const {
  return section.name == ".init.text" ||
         (m_kind == TargetKind::kernel && section.name == ".exit.text");
}

uint64_t TargetElf::integer(std::string_view bytes) const {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const char byte = bytes[m_big_endian ? i : bytes.size() - 1 - i];
    value = (value << 8U) | static_cast<unsigned char>(byte);
  }
  return value;
}

bool TargetElf::damaged(DiagnosticSink& sink, std::string what) const {
  return fail(sink, {.fault = Fault::input,
                     .code = "target-damaged",
                     .where = m_path,
                     .what = std::move(what),
                     .why = "the file is cut or damaged",
                     .hint = "copy it again from the target's packages"});
}

bool TargetElf::unreadable(DiagnosticSink& sink, const SystemError& error) const {
  return fail(sink, {.fault = Fault::input,
                     .code = "target-unreadable",
                     .where = m_path,
                     .what = "cannot be read",
                     .why = error.reason()});
}

} // namespace kpb
