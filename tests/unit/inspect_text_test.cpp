// SPDX-License-Identifier: GPL-2.0-only
//
// Every string of a module, times everything that a string must not have: what is in a module ends up in lines
// that other programs read. And the numbers that the kernel's loader would believe.
#include "core/base/one_line.hpp"
#include "inspect_image.hpp"

#include <functional>
#include <vector>

using kpb_test::contains;
using kpb_test::Image;

namespace {

struct Text {
  const char* name;
  std::function<size_t(const Image&)> at; // where three bytes of it can be replaced
};

std::function<size_t(const Image&)> after(const std::string& word) {
  return [word](const Image& image) {
    const size_t at = image.bytes.find(word);
    REQUIRE(at != std::string::npos);
    return at + word.size();
  };
}

const std::vector<Text> k_texts = {
    {"modinfo's 'vermagic'", after("vermagic=6")},
    {"modinfo's 'name'", after("name=l")},
    {"modinfo's 'license'", after("license=G")},
    {"modinfo's 'depends'", after("\0depends=")},
    {"a key in modinfo", after("\0verm")},
    {"the name in '.gnu.linkonce.this_module'",
     [](const Image& image) { return image.data(".gnu.linkonce.this_module") + 25; }},
    {"a section is named",
     [](const Image& image) {
       return image.get(image.header(image.get(62, 2)) + Image::k_offset, 8) +
              image.get(image.header(".comment"), 4) + 2;
     }},
    {"a symbol is named",
     [](const Image& image) {
       const size_t names = image.data(".strtab");
       return image.bytes.find("init_module", names) + 2;
     }},
};

struct Bad {
  const char* bytes; // three
  const char* word;
};
constexpr Bad k_bad[] = {
    {"\nab", "control character \\x0a"},
    {"\rab", "control character \\x0d"},
    {"\tab", "control character \\x09"},
    {"\x1b[m", "control character \\x1b"},
    {"\x7f"
     "ab",
     "control character \\x7f"},
    {"\xc2\x85z", "control character \\x85"},
    {"\xc2\x9bz", "control character \\x9b"},
    {"\xffzz", "has \\xff"},
    {"\xc0\x8az", "has \\xc0"},
    {"\xed\xa0\x80", "has \\xed"},
    {"\xe2\x80\xae", "U+202e"},
};

} // namespace

TEST_CASE("no string of a module is more than a line of text", "[inspect]") {
  const Image good = Image::fixture("livepatch-two");
  REQUIRE(kpb_test::read(good).facts);
  for (const Text& text : k_texts)
    for (const Bad& bad : k_bad) {
      Image image = good;
      const size_t at = text.at(good);
      image.bytes.replace(at, 3, bad.bytes, 3);
      const auto out = kpb_test::read(image);
      INFO(text.name << " with " << bad.word << ": " << out.text());
      CHECK_FALSE(out.facts);
      // A string that names its section, or is looked for, may have become unknown before.
      if (out.code() == "module-text") {
        CHECK(contains(out.text(), text.name));
        CHECK(contains(out.text(), bad.word));
        CHECK_FALSE(kpb::not_one_line(out.text(), 10000));
      }
    }
}

TEST_CASE("text in other scripts is text", "[inspect]") {
  Image image = Image::fixture("livepatch-two");
  image.bytes.replace(after("license=")(image), 3, "\xe2\x82\xac"); // a Euro sign
  CHECK(kpb_test::read(image).facts);
}

TEST_CASE("strings of a module have a length", "[inspect]") {
  Image image = Image::synth("plain");
  const auto grown = [&](const std::string& entry) {
    Image out = image;
    const size_t old = out.data(".modinfo");
    const size_t size = out.get(out.header(".modinfo") + Image::k_size, 8);
    const std::string all = out.bytes.substr(old, size) + entry + '\0';
    out.set(".modinfo", Image::k_offset, 8, out.bytes.size());
    out.set(".modinfo", Image::k_size, 8, all.size());
    out.bytes += all;
    return kpb_test::read(out);
  };
  CHECK(grown("author=" + std::string(4096, 'a')).facts);
  CHECK(grown("author=" + std::string(4097, 'a')).code() == "module-text");
  CHECK(grown(std::string(256, 'k') + "=1").facts);
  CHECK(grown(std::string(257, 'k') + "=1").code() == "module-text");
  std::string many;
  for (int i = 0; i < 5000; ++i)
    many += "alias=x" + std::string(1, '\0');
  CHECK(grown(many).code() == "module-modinfo");
}

TEST_CASE("relocations refer to symbols and places that exist", "[inspect]") {
  struct Case {
    const char* what;
    const char* code;
    const char* word;
    std::function<void(Image&)> make;
  };
  const auto first = [](const Image& image) { return image.data(".rela.init.text"); };
  const Case cases[] = {
      {"the last symbol but one more", "module-relocation", "refer to symbol",
       [&](Image& image) {
         const size_t symbols = image.get(image.header(".symtab") + Image::k_size, 8) / 24;
         image.put(first(image) + 12, 4, symbols);
       }},
      {"a symbol far away", "module-relocation", "refer to symbol 4294967295",
       [&](Image& image) { image.put(first(image) + 12, 4, 0xffffffff); }},
      {"a place behind the section", "module-relocation", "reach beyond section '.init.text'",
       [&](Image& image) {
         image.put(first(image), 8, image.get(image.header(".init.text") + Image::k_size, 8));
       }},
      {"half an entry", "module-relocation", "24-byte",
       [](Image& image) { image.set(".rela.init.text", Image::k_size, 8, 25); }},
      {"no addends", "module-relocation", "no addends",
       [](Image& image) { image.set(".rela.init.text", Image::k_type, 4, 9); }},
      {"a symbol in no section", "module-damaged", "in section 65000",
       [](Image& image) { image.put(image.data(".symtab") + 24 + 6, 2, 65000); }},
  };
  for (const Case& one : cases) {
    Image image = Image::fixture("livepatch-two");
    one.make(image);
    const auto out = kpb_test::read(image);
    INFO(one.what << ": " << out.text());
    CHECK_FALSE(out.facts);
    CHECK(out.code() == one.code);
    CHECK(contains(out.text(), one.word));
  }
}
