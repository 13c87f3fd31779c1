// SPDX-License-Identifier: GPL-2.0-only
//
// xz output unpacks to the original, on both sides of each dictionary size, and unpacking needs no
// more memory than the size of the content requires.
#include "plugins/common/tarball/xz.hpp"

#include <catch2/catch_test_macros.hpp>

#include <cstdint>
#include <lzma.h>

using kpb::tarball::xz;

namespace {

std::string content_of(size_t size) {
  std::string out(size, '\0');
  uint32_t state = 1;
  for (char& c : out) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 28U);
  }
  return out;
}

// What can be unpacked within that much memory.
std::string unpacked(const std::string& packed, size_t size, uint64_t memory) {
  std::string out(size, 'x');
  size_t read = 0, filled = 0;
  const auto status = lzma_stream_buffer_decode(
      &memory, 0, nullptr, reinterpret_cast<const uint8_t*>(packed.data()), &read, packed.size(),
      reinterpret_cast<uint8_t*>(out.data()), &filled, out.size());
  return status == LZMA_OK && read == packed.size() && filled == size ? out : "not unpacked";
}

} // namespace

TEST_CASE("xz: comes back, at the edges of the dictionary's sizes") {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{4095}, size_t{4096}, size_t{4097},
                            size_t{65536}, size_t{65537}, (size_t{8} << 20U) + 1}) {
    const std::string content = content_of(size);
    INFO(size);
    CHECK((unpacked(xz(content), size, UINT64_MAX) == content));
  }
}

TEST_CASE("xz: a small content asks for a small dictionary") {
  const std::string content = content_of(300000);
  CHECK((unpacked(xz(content), content.size(), uint64_t{1} << 20U) == content));
}
