// SPDX-License-Identifier: GPL-2.0-only
//
// UTF-8, strictly: overlong forms, surrogates and values above U+10FFFF are none. And which characters no text for a
// terminal or a package may hold.
#ifndef KPB_SDK_UTF8_HPP
#define KPB_SDK_UTF8_HPP

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kpb {

struct CodePoint {
  uint32_t value = 0;
  size_t bytes = 0; // 0: what stands there is not UTF-8
};

inline CodePoint code_point_at(std::string_view text, size_t at) {
  constexpr uint32_t k_least[] = {0, 0, 0x80, 0x800, 0x10000}; // by the number of bytes
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80)
    return {first, 1};
  const size_t length = first >= 0xf0 ? 4U : first >= 0xe0 ? 3U : 2U;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size())
    return {};
  uint32_t value = first & (0xffU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80)
      return {};
    value = (value << 6U) | (byte(at + i) & 0x3fU);
  }
  const bool legal =
      value >= k_least[length] && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
  return legal ? CodePoint{value, length} : CodePoint{};
}

constexpr bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

// These change the writing direction, so that a text shows something else than it says.
constexpr bool is_bidi_override(uint32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

} // namespace kpb

#endif
