// SPDX-License-Identifier: GPL-2.0-only
//
// Module images for the tests of core/inspect: real and synthetic ones, and a way to damage exactly
// one thing in them. It uses the raw ELF layout instead of the code that it tests. Little-endian
// files only.
#ifndef KPB_TESTS_UNIT_INSPECT_IMAGE_HPP
#define KPB_TESTS_UNIT_INSPECT_IMAGE_HPP

#include "core/inspect/elf_module.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace kpb_test {

struct Image {
  std::string bytes;

  // Offsets of the fields in a section header.
  static constexpr size_t k_name = 0, k_type = 4, k_flags = 8, k_offset = 24, k_size = 32,
                          k_link = 40, k_info = 44, k_entry_size = 56;

  static Image load(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in);
    return {std::string(std::istreambuf_iterator<char>(in), {})};
  }
  static Image fixture(const std::string& name) {
    return load(std::string(KPB_TEST_FIXTURES) + "/" + name + ".ko");
  }
  static Image synth(const std::string& name) {
    return load(std::string(KPB_TEST_SYNTH) + "/" + name + ".ko");
  }

  uint64_t get(size_t at, size_t width) const {
    REQUIRE(at + width <= bytes.size());
    uint64_t value = 0;
    for (size_t i = width; i-- > 0;)
      value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
    return value;
  }
  Image& put(size_t at, size_t width, uint64_t value) {
    REQUIRE(at + width <= bytes.size());
    for (size_t i = 0; i < width; ++i)
      bytes[at + i] = static_cast<char>(static_cast<unsigned char>(value >> (8U * i)));
    return *this;
  }

  size_t section_count() const { return get(60, 2); }
  size_t header(size_t index) const { return get(40, 8) + 64 * index; }
  // The offset of the header of the section with that name.
  size_t header(const std::string& name) const {
    const size_t names = get(header(get(62, 2)) + k_offset, 8);
    for (size_t i = 1; i < section_count(); ++i)
      if (name == bytes.c_str() + names + get(header(i) + k_name, 4))
        return header(i);
    FAIL("no section " << name);
    return 0;
  }
  // The offset of the section's bytes.
  size_t data(const std::string& name) const { return get(header(name) + k_offset, 8); }
  // Overwrites a section's name; the new one must not be longer.
  Image& rename(const std::string& name, const std::string& now) {
    REQUIRE(now.size() <= name.size());
    const size_t at = get(header(get(62, 2)) + k_offset, 8) + get(header(name) + k_name, 4);
    bytes.replace(at, now.size() + 1, now.c_str(), now.size() + 1);
    return *this;
  }
  Image& set(const std::string& section, size_t field, size_t width, uint64_t value) {
    return put(header(section) + field, width, value);
  }
  Image& cut(size_t size) {
    bytes.resize(size);
    return *this;
  }
};

struct Outcome {
  std::optional<kpb::ModuleFacts> facts;
  kpb::CollectingSink sink;

  std::string code() const { return sink.first_error() ? sink.first_error()->code : ""; }
  std::string text() const {
    const kpb::Diagnostic* error = sink.first_error();
    return error ? error->what + "; " + error->why + " hint: " + error->hint : "";
  }
};

// Reads, and checks every outcome against the contract: facts and no message, or one input error
// and no facts.
inline Outcome read(std::string_view bytes) {
  Outcome out;
  out.facts = kpb::read_module(bytes, "dir/x.ko", out.sink);
  const auto& all = out.sink.all();
  if (out.facts) {
    REQUIRE(all.empty());
  } else {
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].severity == kpb::Severity::error);
    REQUIRE(all[0].fault == kpb::Fault::input);
    REQUIRE(all[0].where == "dir/x.ko");
    REQUIRE(all[0].code.rfind("module-", 0) == 0);
    REQUIRE(!all[0].what.empty());
  }
  return out;
}
inline Outcome read(const Image& image) { return read(std::string_view(image.bytes)); }

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace kpb_test

#endif
