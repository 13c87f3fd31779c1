// SPDX-License-Identifier: GPL-2.0-only
//
// Files that are not modules, or are damaged ones: each is refused with its own reason. Random
// damage is in inspect_hostile_images_test.cpp.
#include "inspect_image.hpp"

#include <functional>
#include <vector>

using kpb_test::contains;
using kpb_test::Image;

namespace {

// Checks the code and the words that the message must contain.
void check_refused(const Image& image, const std::string& code,
                   const std::vector<std::string>& words) {
  const auto out = kpb_test::read(image);
  REQUIRE_FALSE(out.facts);
  CHECK(out.code() == code);
  for (const std::string& word : words) {
    INFO("'" << word << "' in: " << out.text());
    CHECK(contains(out.text(), word));
  }
}

struct Damage {
  const char* what;
  const char* module;
  const char* code;
  const char* word;
  std::function<void(Image&)> make;
};

void check_all(const std::vector<Damage>& table) {
  for (const Damage& damage : table) {
    INFO(damage.what);
    Image image = Image::synth(damage.module);
    REQUIRE(kpb_test::read(image).facts);
    damage.make(image);
    check_refused(image, damage.code, {damage.word});
  }
}

} // namespace

TEST_CASE("files that are no modules", "[inspect]") {
  check_refused({""}, "module-not-elf", {"empty"});
  check_refused({"#!/bin/sh\n"}, "module-not-elf", {"'#!/b'"});
  check_refused({"\x1b[2J"}, "module-not-elf", {"'\\x1b[2J'"});
  check_refused({"\177ELF"}, "module-truncated", {"64 bytes", "its end at 4 bytes"});
  check_refused({std::string("\xfd\x37zXZ\0rest", 10)}, "module-compressed", {"xz -d"});
  check_refused({"\x1f\x8b\x08 rest"}, "module-compressed", {"gzip -d"});
  check_refused({"\x28\xb5\x2f\xfd rest"}, "module-compressed", {"zstd -d"});
}

TEST_CASE("modinfo that does not tell name and kernel", "[inspect]") {
  check_refused(Image::synth("modinfo-none"), "module-modinfo", {"no section '.modinfo'"});
  check_refused(Image::synth("modinfo-open"), "module-modinfo",
                {"not terminated", "'livepatch=Y'"});
  check_refused(Image::synth("vermagic-none"), "module-vermagic-missing", {"no vermagic"});
  check_refused(Image::synth("vermagic-twice"), "module-vermagic-twice",
                {"'6.1.0-56-amd64 SMP '", "'6.1.0-57-amd64 SMP '"});
}

TEST_CASE("damage to the frame of the file", "[inspect]") {
  const auto header = [](size_t at, size_t width, uint64_t value) {
    return [=](Image& image) { image.put(at, width, value); };
  };
  const auto section = [](const char* name, size_t field, size_t width, uint64_t value) {
    return [=](Image& image) { image.set(name, field, width, value); };
  };
  check_all({
      {"32-bit", "plain", "module-class", "32-bit", header(4, 1, 1)},
      {"no class", "plain", "module-class", "64-bit", header(4, 1, 7)},
      {"byte order", "plain", "module-damaged", "byte order", header(5, 1, 3)},
      {"version", "plain", "module-damaged", "libelf", header(6, 1, 9)},
      {"section header size", "plain", "module-damaged", "40 bytes", header(58, 2, 40)},
      {"no sections", "plain", "module-damaged", "0 sections", header(60, 2, 0)},
      {"extended count", "plain", "module-damaged", "65280", header(60, 2, 0xff00)},
      {"huge count", "plain", "module-truncated", "section table", header(60, 2, 0xfeff)},
      {"table elsewhere", "plain", "module-truncated", "section table",
       header(40, 8, ~uint64_t{0} - 63)},
      {"names' index", "plain", "module-damaged", "are not a terminated", header(62, 2, 0xffff)},
      {"names' index to no table", "plain", "module-damaged", "are not a terminated",
       header(62, 2, 1)},
      {"names' index to other text", "plain", "module-damaged", "are not a terminated",
       [](Image& image) {
         image.put(62, 2, (image.header(".modinfo") - image.header(size_t{0})) / 64);
       }},
      {"section beyond the end", "plain", "module-truncated", "is beyond its end",
       section(".text", Image::k_offset, 8, uint64_t{1} << 40)},
      {"section larger than all", "plain", "module-truncated", "is beyond its end",
       section(".modinfo", Image::k_size, 8, ~uint64_t{0})},
      {"name beyond the names", "plain", "module-damaged", "the name of section",
       section(".text", Image::k_name, 4, 0xffffffff)},
      {"open section names", "plain", "module-damaged", "terminated",
       section(".shstrtab", Image::k_size, 8, 20)},
      {"no symbols", "plain", "module-stripped", "strip -g",
       section(".symtab", Image::k_type, 4, 1)},
      {"symbol size", "plain", "module-damaged", "24-byte",
       section(".symtab", Image::k_entry_size, 8, 16)},
      {"part of a symbol", "plain", "module-damaged", "24-byte",
       section(".symtab", Image::k_size, 8, 25)},
      {"two symbol tables", "plain", "module-damaged", "two symbol tables",
       section(".strtab", Image::k_type, 4, 2)},
      {"two modinfos", "plain", "module-damaged", "two sections '.modinfo'",
       [](Image& image) {
         image.set(".comment", Image::k_name, 4, image.get(image.header(".modinfo"), 4));
       }},
      {"modinfo without bytes", "plain", "module-modinfo", "no readable bytes",
       section(".modinfo", Image::k_type, 4, 8)},
      {"compressed modinfo", "plain", "module-modinfo", "no readable bytes",
       section(".modinfo", Image::k_flags, 8, 0x800)},
      {"modinfo cut in a string", "plain", "module-modinfo", "not terminated",
       section(".modinfo", Image::k_size, 8, 40)},
      {"modinfo without a key", "plain", "module-modinfo", "'=ivepatch=Y'",
       [](Image& image) { image.put(image.data(".modinfo"), 1, '='); }},
      {"modinfo without a value", "plain", "module-modinfo", "'livepatch Y'",
       [](Image& image) { image.put(image.data(".modinfo") + 9, 1, ' '); }},
      {"two names", "plain", "module-modinfo", "name twice: ",
       [](Image& image) { image.bytes.replace(image.data(".modinfo"), 11, "name=other1"); }},
      {"short struct module", "plain", "module-this-module", "56 bytes",
       section(".gnu.linkonce.this_module", Image::k_size, 8, 24)},
      {"build-id of another owner", "plain", "module-damaged", "build-id",
       [](Image& image) { image.put(image.data(".note.gnu.build-id") + 12, 1, 'X'); }},
      {"build-id longer than its section", "plain", "module-damaged", "build-id",
       [](Image& image) { image.put(image.data(".note.gnu.build-id") + 4, 4, 0xfffffff0); }},
  });

  Image open_name = Image::synth("plain");
  const size_t name = open_name.data(".gnu.linkonce.this_module") + 24;
  open_name.bytes.replace(name, 56, std::string(55, 'n') + "\x1b");
  check_refused(open_name, "module-this-module", {"nnn\\x1b"});
}

TEST_CASE("damage to signatures", "[inspect]") {
  const size_t info = Image::synth("signed").bytes.size() - 40;
  const auto put = [info](size_t at, size_t width, uint64_t value) {
    return [=](Image& image) { image.put(info + at, width, value); };
  };
  check_all({
      {"longer than the file", "signed", "module-signature", "16777232", put(8, 1, 1)},
      {"no length", "signed", "module-signature", "0 bytes", put(11, 1, 0)},
      {"parameters of PKCS#7", "signed", "module-signature", "PKCS#7", put(1, 1, 4)},
      {"padding", "signed", "module-signature", "PKCS#7", put(7, 1, 4)},
      {"kind", "signed", "module-signature", "kind is 3", put(2, 1, 3)},
      {"cut", "signed", "module-signature", "not a complete signature",
       [](Image& image) { image.cut(image.bytes.size() - 1); }},
      {"something appended", "signed", "module-signature", "not a complete signature",
       [](Image& image) { image.bytes += "\n"; }},
      {"eats into the ELF data", "signed", "module-truncated", "section", put(11, 1, 80)},
  });
  check_refused({"\177ELF~Module signature appended~\n"}, "module-signature",
                {"nothing before its last line"});
}

TEST_CASE("damage to kpatch-build's tables", "[inspect]") {
  const auto relocation = [](size_t index, size_t field, size_t width, uint64_t value) {
    return [=](Image& image) {
      image.put(image.data(".rela.kpatch.funcs") + 24 * index + field, width, value);
    };
  };
  const auto section = [](const char* name, size_t field, size_t width, uint64_t value) {
    return [=](Image& image) { image.set(name, field, width, value); };
  };
  const char* code = "module-metadata";
  check_all({
      {"size", "kpatch", code, "56-byte", section(".kpatch.funcs", Image::k_size, 8, 100)},
      {"no bytes", "kpatch", code, "56-byte", section(".kpatch.funcs", Image::k_type, 4, 8)},
      {"no relocations", "kpatch", code, "no relocation for its new function",
       section(".rela.kpatch.funcs", Image::k_type, 4, 1)},
      {"relocations of another", "kpatch", code, "no relocation",
       section(".rela.kpatch.funcs", Image::k_info, 4, 1)},
      {"another symbol table", "kpatch", code, "symbol table",
       section(".rela.kpatch.funcs", Image::k_link, 4, 1)},
      {"relocation size", "kpatch", code, "24-byte",
       section(".rela.kpatch.funcs", Image::k_entry_size, 8, 12)},
      {"part of a relocation", "kpatch", code, "24-byte",
       section(".rela.kpatch.funcs", Image::k_size, 8, 25)},
      {"relocations in two", "kpatch", code, "two sections",
       [](Image& image) {
         const size_t other = image.header(".comment");
         image.put(other + Image::k_type, 4, 4);
         image.put(other + Image::k_info, 4, image.get(image.header(".rela.kpatch.funcs") + 44, 4));
       }},
      {"relocation beyond", "kpatch", code, "reach beyond", relocation(0, 0, 8, 168)},
      {"relocation twice", "kpatch", code, "twice", relocation(0, 0, 8, 40)},
      {"relocation of no kind", "kpatch", code, "no relocation", relocation(1, 8, 4, 0)},
      {"relocation of another kind", "kpatch", code, "outside", relocation(1, 8, 4, 2)},
      {"no such symbol", "kpatch", code, "outside", relocation(1, 12, 4, 0xffffffff)},
      {"undefined symbol", "kpatch", code, "outside", relocation(1, 12, 4, 0)},
      {"undefined symbol, with bytes", "kpatch", code, "outside",
       [](Image& image) {
         // A first section that is not empty, as the standard requires here.
         const size_t strings = image.header(".kpatch.strings");
         image.bytes.replace(image.header(size_t{0}), 64, image.bytes.substr(strings, 64));
         image.put(image.header(size_t{0}) + Image::k_name, 4, 0);
         for (size_t entry = 0; entry < 9; ++entry)
           image.put(image.data(".rela.kpatch.funcs") + 24 * entry + 12, 4, 0);
       }},
      {"beyond its section", "kpatch", code, "outside", relocation(1, 16, 8, 1000)},
      {"before its section", "kpatch", code, "outside", relocation(1, 16, 8, ~uint64_t{0})},
      {"symbol of a reserved section", "kpatch", code, "outside",
       [](Image& image) {
         const size_t symbol = image.get(image.data(".rela.kpatch.funcs") + 24 + 12, 4);
         image.put(image.data(".symtab") + 24 * symbol + 6, 2, 0xff20);
       }},
      {"open string", "kpatch", code, "not terminated",
       [](Image& image) {
         const size_t at = image.header(".kpatch.strings");
         for (size_t i = 0; i < image.get(at + Image::k_size, 8); ++i)
           image.put(image.data(".kpatch.strings") + i, 1, 'a');
       }},
      {"a name with a blank", "kpatch", code, "'uptime proc_show'",
       [](Image& image) { image.bytes.replace(image.bytes.find("uptime_"), 7, "uptime "); }},
      {"a name with a bell", "kpatch", code, "'uptime\\x07proc_show'",
       [](Image& image) { image.bytes.replace(image.bytes.find("uptime_"), 7, "uptime\a"); }},
      {"an object with a dot", "kpatch", code, "'kp.fs'",
       [](Image& image) {
         image.bytes.replace(image.bytes.find(std::string("kpbfs", 6)), 5, "kp.fs");
       }},
      {"an object with a dash", "kpatch", "module-object", "patch nothing of it",
       [](Image& image) {
         image.bytes.replace(image.bytes.find(std::string("kpbfs", 6)), 5, "kp-fs");
       }},
      {"relocations for an object with a dash", "kpatch", "module-object", "'.klp.rela.a-b.x'",
       [](Image& image) { image.rename(".kpatch.strings", ".klp.rela.a-b.x"); }},
      {"an empty name", "kpatch", code, "no kernel has",
       [](Image& image) { image.put(image.bytes.find("uptime_"), 1, 0); }},
      {"position", "kpatch", code, "occurrence 2147483648 ",
       [](Image& image) { image.put(image.data(".kpatch.funcs") + 32, 8, 0x80000000); }},
      {"callback size", "kpatch-full", code, "16-byte",
       section(".kpatch.callbacks.pre_patch", Image::k_size, 8, 20)},
      {"half a callback", "kpatch-full", code, "entry 2 is not whole",
       [](Image& image) {
         image.set(".kpatch.callbacks.pre_patch", Image::k_size, 8, 24);
         image.set(".rela.kpatch.callbacks.pre_patch", Image::k_size, 8, 72);
       }},
      {"callback without function", "kpatch-full", code, "no relocation for its function",
       [](Image& image) { image.put(image.data(".rela.kpatch.callbacks.pre_patch") + 8, 4, 0); }},
      {"callback without object", "kpatch-full", code, "no relocation for its object name",
       [](Image& image) { image.put(image.data(".rela.kpatch.callbacks.pre_patch") + 32, 4, 0); }},
      {"force size", "kpatch-full", code, "8-byte", section(".kpatch.force", Image::k_size, 8, 12)},
      {"both forms", "kpatch-relics", code, "both sections",
       section("__klp_objects", Image::k_size, 8, 64)},
      {"functions of the other form", "kpatch-relics", code, "both sections",
       section("__klp_funcs", Image::k_size, 8, 24)},
  });
}

TEST_CASE("names longer than the kernel's", "[inspect]") {
  Image image = Image::synth("kpatch");
  // More strings at the end of the file: one of 512 characters.
  const size_t at = image.bytes.size();
  image.bytes += std::string(512, 'f') + std::string(1, '\0');
  image.set(".kpatch.strings", Image::k_offset, 8, at);
  image.set(".kpatch.strings", Image::k_size, 8, 513);
  const size_t first = image.data(".rela.kpatch.funcs") + 24;
  image.put(first + 16, 8, 0);
  check_refused(image, "module-metadata", {"within 511 bytes"});
  image.put(first + 16, 8, 1); // one shorter: now only the object's name is wrong
  check_refused(image, "module-metadata", {"object name"});
}

TEST_CASE("damage to klp-build's tables", "[inspect]") {
  const auto object = [](size_t index, size_t field, size_t width, uint64_t value) {
    return [=](Image& image) {
      image.put(image.data(".init.klp_objects") + 64 * index + field, width, value);
    };
  };
  const auto functions_of = [](size_t relocation_index, uint64_t addend) {
    return [=](Image& image) {
      image.put(image.data(".rela.init.klp_objects") + 24 * relocation_index + 16, 8, addend);
    };
  };
  const auto section = [](const char* name, size_t field, size_t width, uint64_t value) {
    return [=](Image& image) { image.set(name, field, width, value); };
  };
  const char* code = "module-metadata";
  check_all({
      {"object size", "klp", code, "64-byte", section(".init.klp_objects", Image::k_size, 8, 100)},
      {"function size", "klp", code, "24-byte", section(".init.klp_funcs", Image::k_size, 8, 70)},
      {"no functions' section", "klp", code, "outside their section",
       [](Image& image) { image.rename(".init.klp_funcs", ".other"); }},
      {"no objects' section", "klp", code, "without the section of its objects",
       [](Image& image) { image.rename(".init.klp_objects", ".other"); }},
      {"too many functions", "klp", code, "counts 4294967295 functions, 3 are there",
       object(0, 56, 4, 0xffffffff)},
      {"one too many", "klp", code, "counts 4 functions", object(0, 56, 4, 4)},
      {"another's function", "klp", code, "belongs to two objects", object(0, 56, 4, 3)},
      {"nobody's function", "klp", code, "entry 2 belongs to no object", object(0, 56, 4, 1)},
      {"functions between entries", "klp", code, "outside their section", functions_of(0, 8)},
      {"functions behind the end", "klp", code, "outside every section", functions_of(0, 72)},
      {"list without relocation", "klp", code, "no relocation for its function list",
       object(2, 56, 4, 1)},
      {"a name that is no pointer", "klp", code, "no relocation for its object name",
       object(0, 0, 8, 0xdead)},
      {"no new function", "klp", code, "no relocation for its new function",
       [](Image& image) { image.put(image.data(".rela.init.klp_funcs") + 24 + 8, 4, 0); }},
      {"position", "klp", code, "occurrence 18446744073709551615 ",
       [](Image& image) { image.put(image.data(".init.klp_funcs") + 16, 8, ~uint64_t{0}); }},
      {"no old name", "klp", code, "no relocation for its function name",
       [](Image& image) { image.put(image.data(".rela.init.klp_funcs") + 8, 4, 0); }},
  });

  // Both names at once: a second table with the old name.
  Image image = Image::synth("klp");
  image.rename(".gnu.linkonce.this_module", "__klp_objects");
  check_refused(image, "module-metadata", {"'.init.klp_objects' and '__klp_objects'"});
}
