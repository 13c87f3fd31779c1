// SPDX-License-Identifier: GPL-2.0-only
//
// See note.hpp. The ELF parts that are needed (a header, the program headers and one note segment) are read by hand
// with checked bounds. That is less code than a library would need for a descriptor that may lead to anything.
#include "core/plugin/note.hpp"

#include "core/base/text.hpp"
#include "kpb/abi/plugin.h"
#include <kpb/sdk/architectures.hpp>

#include <cstring>
#include <elf.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb {

namespace {

constexpr size_t k_max_program_headers = 128;
constexpr size_t k_max_note_segment = 64 * 1024;

static_assert(find_architecture(k_compiled_for) != nullptr, "kpb is not ported to this one");
constexpr unsigned k_machine = find_architecture(k_compiled_for)->elf_machine;

bool read_at(int fd, void* to, size_t size, uint64_t offset) {
  return ::pread(fd, to, size, static_cast<off_t>(offset)) == static_cast<ssize_t>(size);
}

size_t aligned(size_t size) { return (size + 3U) & ~size_t{3}; }

// The text of the "kpb" note in a PT_NOTE segment; nothing where that has none.
tl::expected<std::optional<std::string>, std::string> find_note(const std::string& segment) {
  size_t at = 0;
  while (at + 12 <= segment.size()) {
    uint32_t head[3];
    std::memcpy(head, segment.data() + at, sizeof head);
    const size_t name_at = at + 12;
    if (head[0] > segment.size() || head[1] > segment.size())
      return tl::unexpected<std::string>("its note segment is damaged");
    const size_t text_at = name_at + aligned(head[0]);
    if (text_at + head[1] > segment.size())
      return tl::unexpected<std::string>("its note segment is damaged");
    const bool ours = head[0] == 4 && std::memcmp(segment.data() + name_at, "kpb", 4) == 0 &&
                      head[2] == KPB_NOTE_TYPE;
    if (ours) {
      const std::string text = segment.substr(text_at, head[1]);
      return text.substr(0, text.find('\0'));
    }
    at = text_at + aligned(head[1]);
  }
  return std::nullopt;
}

// Why the file cannot be a plugin for this kpb, by its ELF header; "" if it may be one.
std::string header_mismatch(int fd, Elf64_Ehdr& header) {
  unsigned char ident[EI_NIDENT];
  if (!read_at(fd, ident, sizeof ident, 0) || std::memcmp(ident, ELFMAG, SELFMAG) != 0)
    return "it is not an ELF file";
  if (ident[EI_CLASS] != ELFCLASS64)
    return "it is a 32-bit ELF file, this kpb is 64-bit";
  constexpr unsigned char own_data =
      __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
  if (ident[EI_DATA] != own_data)
    return "it has the wrong byte order";
  if (!read_at(fd, &header, sizeof header, 0))
    return "its ELF header is cut short";
  if (header.e_machine != k_machine)
    return "it was built for ELF machine " + std::to_string(header.e_machine) +
           ", this kpb runs on " + std::to_string(k_machine);
  if (header.e_type != ET_DYN)
    return "it is not a shared library";
  if (header.e_phnum > k_max_program_headers || header.e_phentsize != sizeof(Elf64_Phdr))
    return "its program headers are damaged";
  return {};
}

} // namespace

tl::expected<PluginNote, std::string> read_plugin_note(int fd) {
  const auto no = [](std::string why) { return tl::unexpected<std::string>(std::move(why)); };
  Elf64_Ehdr header;
  if (auto mismatch = header_mismatch(fd, header); !mismatch.empty())
    return no(std::move(mismatch));
  struct stat file {};
  if (::fstat(fd, &file) != 0)
    return no("it cannot be examined");
  const auto size = static_cast<uint64_t>(file.st_size);
  std::optional<std::string> note;
  for (size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    if (!read_at(fd, &segment, sizeof segment, header.e_phoff + i * sizeof segment))
      return no("its program headers are cut short");
    // The loader maps what the headers say. If the file is shorter, touching the rest raises SIGBUS.
    if (segment.p_type == PT_LOAD &&
        (segment.p_filesz > size || segment.p_offset > size - segment.p_filesz))
      return no("it is cut short: it has " + std::to_string(size) +
                " bytes, its segments need more");
    if (note || segment.p_type != PT_NOTE || segment.p_filesz > k_max_note_segment)
      continue;
    std::string bytes(segment.p_filesz, '\0');
    if (!read_at(fd, bytes.data(), bytes.size(), segment.p_offset))
      return no("its note segment is cut short");
    auto found = find_note(bytes);
    if (!found)
      return no(found.error());
    note = std::move(*found);
  }
  if (!note)
    return no("it is not a kpb plugin (it has no .note.kpb)");
  return parse_plugin_note(*note);
}

tl::expected<PluginNote, std::string> parse_plugin_note(std::string_view text) {
  const auto no = [](std::string why) { return tl::unexpected<std::string>(std::move(why)); };
  PluginNote note;
  bool have_abi = false;
  for (const auto& line : split(text, '\n')) {
    const size_t equals = line.find('=');
    if (first_control_byte(line, false))
      return no("its note holds control bytes");
    if (line.empty())
      continue;
    if (equals == std::string::npos)
      return no("its note has a line without '=': " + shown(line));
    const std::string key = line.substr(0, equals);
    const std::string value = line.substr(equals + 1);
    if (key == "abi") {
      const auto parts = split(value, '.');
      const auto major = parse_unsigned(parts[0], 65535);
      const auto minor = parts.size() == 2 ? parse_unsigned(parts[1], 65535) : std::nullopt;
      if (!major || !minor)
        return no("its note has no readable ABI version: " + shown(value));
      note.abi_major = static_cast<unsigned>(*major);
      note.abi_minor = static_cast<unsigned>(*minor);
      have_abi = true;
    } else if (key == "id") {
      note.id = value;
    } else if (key == "version") {
      note.version = value;
    } else if (key == "sdk") {
      note.sdk = value;
    } else if (key == "offer") {
      const auto words = split(value, ' ');
      if (words.size() < 2 || words[1].empty())
        return no("its note has an offer without a name: " + shown(value));
      note.offers.push_back({words[0], words[1], words.size() > 2 ? words[2] : "",
                             words.size() > 3 && words[3] == "source"});
    } // other keys: of a newer SDK, none of our business
  }
  if (!have_abi || note.id.empty() || note.version.empty())
    return no("its note is incomplete: abi, id and version must be there");
  return note;
}

std::vector<std::string> plugin_mismatches(const PluginNote& note) {
  std::vector<std::string> out;
  if (note.abi_major != KPB_ABI_MAJOR)
    out.push_back("it was built for plugin ABI " + std::to_string(note.abi_major) + "." +
                  std::to_string(note.abi_minor) +
                  "; this kpb uses " KPB_STRINGIFY(KPB_ABI_MAJOR) "." KPB_STRINGIFY(KPB_ABI_MINOR));
  if (note.offers.empty())
    out.emplace_back("it offers nothing");
  std::set<std::string> seen;
  for (const auto& offer : note.offers) {
    if (offer.kind != "policy" && offer.kind != "builder" && offer.kind != "backend")
      out.push_back("it offers a " + shown(offer.kind) + ", which is not known to this kpb");
    if (!seen.insert(offer.kind + " " + offer.name).second)
      out.push_back("it offers the " + offer.kind + " " + shown(offer.name) + " twice");
  }
  return out;
}

} // namespace kpb
