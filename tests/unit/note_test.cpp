// SPDX-License-Identifier: GPL-2.0-only
//
// A plugin's note: its text, every way in which it can be wrong, and the ELF files that contain it,
// created here byte by byte. tests/plugin_abi tests what happens at loading.
#include "core/base/text.hpp"
#include "core/plugin/note.hpp"
#include "kpb/abi/plugin.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cstdio>
#include <cstring>
#include <elf.h>
#include <functional>
#include <sys/mman.h>
#include <unistd.h>

using namespace kpb;

namespace {

const std::string k_good = "abi=1.0\nid=org.example.p\nversion=1.2\nsdk=0.1.0\noffer=policy site\n";

std::string refusal(const std::string& text) {
  const auto note = parse_plugin_note(text);
  REQUIRE_FALSE(note);
  CHECK_FALSE(first_control_byte(note.error(), false));
  return note.error();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A shared library for this machine with one loaded segment and one note segment.
struct Image {
  Elf64_Ehdr header{};
  Elf64_Phdr segments[2]{};
  uint32_t namesz = 4;
  uint32_t descsz = 0;
  uint32_t type = KPB_NOTE_TYPE;
  std::string name = std::string("kpb\0", 4);
  std::string text = k_good;
  std::string in_front; // another note before it
  size_t cut = SIZE_MAX;

  Image() {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
    header.e_type = ET_DYN;
    header.e_machine = own_machine();
    header.e_phoff = sizeof header;
    header.e_phnum = 2;
    header.e_phentsize = sizeof(Elf64_Phdr);
    descsz = static_cast<uint32_t>(text.size());
    segments[0].p_type = PT_LOAD;
    segments[1].p_type = PT_NOTE;
    segments[1].p_offset = sizeof header + sizeof segments;
  }
  static Elf64_Half own_machine() {
    Elf64_Ehdr own{};
    FILE* self = ::fopen("/proc/self/exe", "re");
    REQUIRE(self != nullptr);
    REQUIRE(::fread(&own, sizeof own, 1, self) == 1);
    ::fclose(self);
    return own.e_machine;
  }
  // Reads the file's bytes with the code under test.
  tl::expected<PluginNote, std::string> read() {
    std::string note = in_front;
    for (const uint32_t word : {namesz, descsz, type})
      note.append(reinterpret_cast<const char*>(&word), sizeof word);
    note += name + text;
    if (segments[1].p_filesz == 0)
      segments[1].p_filesz = note.size();
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes.append(reinterpret_cast<const char*>(segments), sizeof segments);
    bytes += note;
    if (segments[0].p_filesz == 0)
      segments[0].p_filesz = bytes.size();
    bytes.replace(sizeof header, sizeof segments, reinterpret_cast<const char*>(segments),
                  sizeof segments);
    bytes.resize(std::min(bytes.size(), cut));
    const int fd = ::memfd_create("plugin", MFD_CLOEXEC);
    REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    auto result = read_plugin_note(fd);
    ::close(fd);
    return result;
  }
};

} // namespace

TEST_CASE("note: a good one", "[note]") {
  const auto note =
      parse_plugin_note(k_good + "offer=builder kbuild source\noffer=backend srpm .src.rpm "
                                 "source\noffer=backend rpm-build .rpm\n\nfuture=whatever\n");
  REQUIRE(note);
  CHECK(note->abi_major == 1);
  CHECK(note->abi_minor == 0);
  CHECK(note->id == "org.example.p");
  CHECK(note->version == "1.2");
  CHECK(note->sdk == "0.1.0");
  CHECK(note->offers == std::vector<PluginOffer>{{"policy", "site", "", false},
                                                 {"builder", "kbuild", "source", false},
                                                 {"backend", "srpm", ".src.rpm", true},
                                                 {"backend", "rpm-build", ".rpm", false}});
  CHECK(plugin_mismatches(*note).empty());
}

TEST_CASE("note: a value may hold '='", "[note]") {
  CHECK(parse_plugin_note("abi=1.0\nid=a=b\nversion=1=2\n")->id == "a=b");
}

TEST_CASE("note: every malformed text is refused with a reason", "[note]") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "incomplete"},
      {"abi=1.0\nid=x\n", "incomplete"},
      {"abi=1.0\nversion=1\n", "incomplete"},
      {"id=x\nversion=1\n", "incomplete"},
      {"abi=1.0\nid=\nversion=1\n", "incomplete"},
      {"abi=1.0\nid=x\nversion=\n", "incomplete"},
      {"abi", "without '=': 'abi'"},
      {"abi=1.0\nnonsense\n", "without '=': 'nonsense'"},
      {"abi=\n", "no readable ABI version: ''"},
      {"abi=1\n", "no readable ABI version"},
      {"abi=1.\n", "no readable ABI version"},
      {"abi=.0\n", "no readable ABI version"},
      {"abi=1.0.0\n", "no readable ABI version"},
      {"abi=one.zero\n", "no readable ABI version"},
      {"abi=65536.0\n", "no readable ABI version"},
      {"abi=1.-1\n", "no readable ABI version"},
      {"abi= 1.0\n", "no readable ABI version"},
      {"offer=policy\n", "an offer without a name"},
      {"offer=policy \n", "an offer without a name"},
      {"offer=\n", "an offer without a name"},
      {"id=x\x1b[2J\n", "control bytes"},
      {"id=\xff\n", "control bytes"},
      {std::string("id=a\0b\n", 7), "control bytes"},
  }));
  CAPTURE(text);
  const std::string error = refusal(text);
  CAPTURE(error);
  CHECK(contains(error, reason));
}

TEST_CASE("note: every mismatch is told, not the first only", "[note]") {
  auto note = *parse_plugin_note("abi=2.5\nid=x\nversion=1\noffer=oracle a\noffer=policy b\n"
                                 "offer=policy b x\n");
  const auto all = plugin_mismatches(note);
  REQUIRE(all.size() == 3);
  CHECK(all[0] == "it was built for plugin ABI 2.5; this kpb uses 1.0");
  CHECK(all[1] == "it offers a 'oracle', which is not known to this kpb");
  CHECK(all[2] == "it offers the policy 'b' twice");
  note = *parse_plugin_note("abi=1.0\nid=x\nversion=1\n");
  CHECK(plugin_mismatches(note) == std::vector<std::string>{"it offers nothing"});
  note = *parse_plugin_note("abi=0.9\nid=x\nversion=1\noffer=policy b\noffer=builder b diff\n");
  CHECK(plugin_mismatches(note).size() == 1); // the same name for two kinds is allowed
}

TEST_CASE("note: a newer minor is no reason to refuse", "[note]") {
  const auto note = parse_plugin_note("abi=1.65535\nid=x\nversion=1\noffer=policy b\n");
  REQUIRE(note);
  CHECK(plugin_mismatches(*note).empty());
}

TEST_CASE("note: found in an ELF file", "[note]") {
  CHECK(Image().read()->id == "org.example.p");
  Image second; // after another note in the segment
  const uint32_t head[3] = {4, 4, 5};
  second.in_front.assign(reinterpret_cast<const char*>(head), sizeof head);
  second.in_front += std::string("GNU\0abcd", 8);
  CHECK(second.read()->id == "org.example.p");
  Image padded; // the text ends at its first NUL
  padded.text += std::string(5, '\0') + "junk";
  padded.descsz = static_cast<uint32_t>(padded.text.size());
  CHECK(padded.read()->id == "org.example.p");
}

TEST_CASE("note: files that are no plugin, or a damaged one", "[note]") {
  using Change = std::function<void(Image&)>;
  const std::pair<const char*, Change> cases[] = {
      {"not an ELF file", [](Image& i) { i.cut = 0; }},
      {"not an ELF file", [](Image& i) { i.cut = EI_NIDENT - 1; }},
      {"not an ELF file", [](Image& i) { i.header.e_ident[0] = '#'; }},
      {"cut short", [](Image& i) { i.cut = sizeof i.header - 1; }},
      {"32-bit", [](Image& i) { i.header.e_ident[EI_CLASS] = ELFCLASS32; }},
      {"byte order", [](Image& i) { i.header.e_ident[EI_DATA] ^= 3; }},
      {"ELF machine 243", [](Image& i) { i.header.e_machine = 243; }},
      {"not a shared library", [](Image& i) { i.header.e_type = ET_EXEC; }},
      {"not a shared library", [](Image& i) { i.header.e_type = ET_REL; }},
      {"program headers are damaged", [](Image& i) { i.header.e_phnum = 129; }},
      {"program headers are damaged", [](Image& i) { i.header.e_phentsize = 0; }},
      {"program headers are cut short", [](Image& i) { i.header.e_phoff = 1U << 30U; }},
      {"program headers are cut short", [](Image& i) { i.header.e_phoff = UINT64_MAX; }},
      {"segments need more", [](Image& i) { i.segments[0].p_filesz = 1U << 30U; }},
      {"segments need more", [](Image& i) { i.segments[0].p_offset = UINT64_MAX; }},
      {"segments need more", [](Image& i) { i.segments[0].p_filesz = UINT64_MAX; }},
      {"note segment is cut short", [](Image& i) { i.segments[1].p_offset = 1U << 30U; }},
      {"note segment is cut short", [](Image& i) { i.segments[1].p_filesz = 4096; }},
      {"not a kpb plugin", [](Image& i) { i.segments[1].p_filesz = 65537; }},
      {"not a kpb plugin", [](Image& i) { i.segments[1].p_filesz = 8; }},
      {"not a kpb plugin", [](Image& i) { i.segments[1].p_type = PT_NULL; }},
      {"not a kpb plugin", [](Image& i) { i.header.e_phnum = 0; }},
      {"not a kpb plugin", [](Image& i) { i.type = 2; }},
      {"not a kpb plugin",
       [](Image& i) {
         i.name = "kpx";
         i.name += '\0';
       }},
      {"note segment is damaged", [](Image& i) { i.descsz = 0xffffffffU; }},
      {"note segment is damaged", [](Image& i) { i.descsz += 4; }},
      {"note segment is damaged", [](Image& i) { i.namesz = 0xfffffffcU; }},
      {"note segment is damaged", [](Image& i) { i.namesz = i.descsz; }},
      {"incomplete", [](Image& i) { i.descsz = 8; }},
  };
  for (const auto& [reason, change] : cases) {
    Image image;
    change(image);
    const auto note = image.read();
    INFO(reason);
    REQUIRE_FALSE(note);
    CAPTURE(note.error());
    CHECK(contains(note.error(), reason));
  }
}
