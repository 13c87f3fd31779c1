// SPDX-License-Identifier: GPL-2.0-only
//
// Small functions for text of bytes: classes of characters (of ASCII, whatever the locale), trimming, splitting,
// joining, numbers and hexadecimal digits. kpb, its static programs and its plugins use these too.
#ifndef KPB_SDK_TEXT_HPP
#define KPB_SDK_TEXT_HPP

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
constexpr char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = lowered(c);
  return out;
}

// Whether it has only letters, digits and characters of `others`; so has "".
inline bool made_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Blanks and line ends.
inline constexpr std::string_view k_blanks = " \t\r\n";

inline bool is_blank(std::string_view text) {
  return text.find_first_not_of(k_blanks) == std::string_view::npos;
}

// Without `blanks` on both sides.
inline std::string_view trimmed(std::string_view text, std::string_view blanks = k_blanks) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1); // npos + 1 is 0
}

// What stands between `blanks`, however many there are; never an empty word.
inline std::vector<std::string> words(std::string_view text, std::string_view blanks = k_blanks) {
  std::vector<std::string> out;
  for (text = trimmed(text, blanks); !text.empty(); text = trimmed(text, blanks)) {
    const size_t end = std::min(text.find_first_of(blanks), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

// One part more than there are separators, so parts may be empty and "" is one part.
inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    const size_t at = text.find(separator);
    out.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos)
      return out;
    text.remove_prefix(at + 1);
  }
}

inline std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i != 0)
      out += separator;
    out += parts[i];
  }
  return out;
}

// Takes the next line off `rest`, without its line end; false if nothing is left.
inline bool next_line(std::string_view& rest, std::string_view& line) {
  if (rest.empty())
    return false;
  const size_t end = rest.find('\n');
  line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return true;
}

// What is put in is not looked at again.
inline std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// Whether it is decimal digits, at least one and of any number.
inline bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

// Decimal digits only, the whole text, in range.
inline std::optional<uint64_t> parse_unsigned(std::string_view text, uint64_t max) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stop != end || value > max)
    return std::nullopt;
  return value;
}

// The last `digits` hexadecimal digits of a number, in lower case.
inline std::string hex_digits(uint64_t value, unsigned digits) {
  std::string out(digits, '0');
  for (; digits > 0; value >>= 4U)
    out[--digits] = "0123456789abcdef"[value & 0xfU];
  return out;
}

// Two digits a byte.
inline std::string hex_of(std::string_view bytes) {
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes)
    out += hex_digits(static_cast<unsigned char>(c), 2);
  return out;
}

// The value of a digit in lower case, else -1.
constexpr int hex_value(char c) {
  return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Whether it is such digits, at least one and of any number.
inline bool is_hex(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return hex_value(c) >= 0; });
}

} // namespace kpb

#endif
