// SPDX-License-Identifier: GPL-2.0-only
//
// See xz.hpp.
#include "xz.hpp"

#include <kpb/sdk.hpp>

#include <cstdint>
#include <lzma.h>

namespace kpb::tarball {

namespace {

constexpr uint32_t k_level = 6;

[[noreturn]] void cannot(const std::string& why) {
  throw sdk::Error({.fault = sdk::Fault::environment,
                    .code = "archive-write",
                    .what = "cannot compress; " + why});
}

// The smallest dictionary that holds all of it finds what the largest would.
uint32_t dictionary_for(size_t size, uint32_t largest) {
  uint32_t out = LZMA_DICT_SIZE_MIN;
  while (out < largest && out < size)
    out *= 2;
  return out < largest ? out : largest;
}

} // namespace

std::string xz(std::string_view content) {
  lzma_options_lzma options = {};
  if (lzma_lzma_preset(&options, k_level))
    cannot("liblzma has no level 6");
  options.dict_size = dictionary_for(content.size(), options.dict_size);
  const lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  std::string out(lzma_stream_buffer_bound(content.size()), '\0');
  size_t filled = 0;
  const auto status =
      lzma_stream_buffer_encode(const_cast<lzma_filter*>(filters), LZMA_CHECK_CRC64, nullptr,
                                reinterpret_cast<const uint8_t*>(content.data()), content.size(),
                                reinterpret_cast<uint8_t*>(out.data()), &filled, out.size());
  if (status != LZMA_OK)
    cannot(status == LZMA_MEM_ERROR ? "there is not enough memory"
                                    : "liblzma says " + std::to_string(status));
  out.resize(filled);
  return out;
}

} // namespace kpb::tarball
