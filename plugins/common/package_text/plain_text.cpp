// SPDX-License-Identifier: GPL-2.0-only
//
// See plain_text.hpp. The decoder is strict: overlong forms, surrogates and values past U+10FFFF are no UTF-8.
#include "plain_text.hpp"

#include <kpb/sdk.hpp>

#include <algorithm>
#include <cstdint>

namespace kpb::package_text {
namespace {

// One code point at `at`, and how many bytes it takes; 0 bytes for what is no UTF-8.
struct CodePoint {
  uint32_t value;
  size_t bytes;
};

CodePoint decode(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80)
    return {first, 1};
  const size_t length = first >= 0xf0 ? 4U : first >= 0xe0 ? 3U : 2U;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size())
    return {0, 0};
  uint32_t value = first & (0xffU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80)
      return {0, 0};
    value = (value << 6U) | (byte(at + i) & 0x3fU);
  }
  static constexpr uint32_t k_least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool legal =
      value >= k_least[length] && value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
  return legal ? CodePoint{value, length} : CodePoint{0, 0};
}

// Overrides of the writing direction make a text say something else than it shows.
bool is_bidi_override(uint32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_control(uint32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

std::string hex(uint32_t value, int digits) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string out;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out += k_digits[(value >> static_cast<unsigned>(shift)) & 0xfU];
  return out;
}

std::string spaced_and_trimmed(std::string line) {
  std::replace(line.begin(), line.end(), '\t', ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

} // namespace

void check_plain_text(const Kind& kind, std::string_view text, std::string_view what,
                      bool lines_allowed) {
  const auto refuse = [&](size_t at, const std::string& why, const char* hint) {
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = std::string(kind.text_code),
                      .what = "the " + std::string(what) + " cannot stand in " +
                              std::string(kind.noun) + ": byte " + std::to_string(at) + " " + why,
                      .hint = hint});
  };
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text, at);
    if (c.bytes == 0)
      refuse(at, "(\\x" + hex(static_cast<unsigned char>(text[at]), 2) + ") is no UTF-8",
             "write it in UTF-8");
    const bool line_end = c.value == '\n' || c.value == '\r';
    if (line_end && !lines_allowed)
      refuse(at, "ends the line", "write it in one line");
    if (is_control(c.value) && !line_end && c.value != '\t')
      refuse(at, "is the control byte \\x" + hex(c.value, 2), "take it out");
    if (is_bidi_override(c.value))
      refuse(at, "is U+" + hex(c.value, 4) + ", which turns the writing direction", "take it out");
    at += c.bytes;
  }
}

std::vector<std::string> plain_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
      continue;
    if (c == '\n' || c == '\r') {
      lines.push_back(spaced_and_trimmed(std::move(line)));
      line.clear();
    } else {
      line += c;
    }
  }
  const auto filled = [](const std::string& l) { return !l.empty(); };
  lines.erase(std::find_if(lines.rbegin(), lines.rend(), filled).base(), lines.end());
  lines.erase(lines.begin(), std::find_if(lines.begin(), lines.end(), filled));
  return lines;
}

std::string plain_line(std::string_view text) {
  std::string line = spaced_and_trimmed(std::string(text));
  line.erase(0, line.find_first_not_of(' '));
  return line;
}

} // namespace kpb::package_text
