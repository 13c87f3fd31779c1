// SPDX-License-Identifier: GPL-2.0-only
//
// The escaping of free text, and the check before it of what a header can hold at all.
#include "spec_text.hpp"

#include <kpb/sdk.hpp>

#include <cstdint>
#include <vector>

namespace kpb::rpm {
namespace {

// One code point at `at`, and how many bytes it takes; 0 bytes for what is no UTF-8 (overlong forms,
// surrogates and values past U+10FFFF included).
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

[[noreturn]] void refuse(std::string_view what, size_t at, const std::string& why,
                         const std::string& hint) {
  throw sdk::Error("the " + std::string(what) + " cannot stand in an RPM: byte " +
                       std::to_string(at) + " " + why,
                   KPB_FAULT_INPUT, hint, "rpm-text");
}

std::string hex(uint32_t value, int digits) {
  static constexpr char k_digits[] = "0123456789abcdef";
  std::string out;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out += k_digits[(value >> static_cast<unsigned>(shift)) & 0xfU];
  return out;
}

// RPM refuses headers that are no UTF-8, and terminals obey control bytes.
void check(std::string_view text, std::string_view what, bool lines_allowed) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text, at);
    if (c.bytes == 0)
      refuse(what, at, "(\\x" + hex(static_cast<unsigned char>(text[at]), 2) + ") is no UTF-8",
             "write it in UTF-8");
    const bool line_end = c.value == '\n' || c.value == '\r';
    if (line_end && !lines_allowed)
      refuse(what, at, "ends the line", "write it in one line");
    if (is_control(c.value) && !line_end && c.value != '\t')
      refuse(what, at, "is the control byte \\x" + hex(c.value, 2), "take it out");
    if (is_bidi_override(c.value))
      refuse(what, at, "is U+" + hex(c.value, 4) + ", which turns the writing direction",
             "take it out");
    at += c.bytes;
  }
}

std::string_view trimmed_right(std::string_view text) {
  const size_t last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// One line. `starts_line`: nothing stands before it, so rpm would look for a section, a condition or
// a comment in it.
std::string escape_line(std::string_view raw, bool starts_line) {
  std::string spaced(raw);
  for (char& c : spaced)
    if (c == '\t')
      c = ' ';
  const std::string_view line = trimmed_right(spaced);
  std::string out;
  const size_t first = line.find_first_not_of(' ');
  if (starts_line && first != std::string_view::npos && (line[first] == '%' || line[first] == '#'))
    out += "| ";
  for (size_t i = 0; i < line.size(); ++i) {
    // "\%%(" is "\%" and "%(" to rpm's search for the end of a macro: keep the two apart.
    if (line[i] == '%')
      out += i > 0 && line[i - 1] == '\\' ? " %%" : "%%";
    else
      out += line[i];
  }
  if (!line.empty() && line.back() == '\\') // would join the next line to this one
    out += " .";
  return out;
}

bool is_blank(const std::string& line) { return line.find_first_not_of(' ') == std::string::npos; }

} // namespace

std::string spec_lines(std::string_view text, std::string_view what) {
  check(text, what, true);
  std::vector<std::string> lines;
  std::string line;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
      continue;
    if (c == '\n' || c == '\r') {
      lines.push_back(escape_line(line, true));
      line.clear();
    } else {
      line += c;
    }
  }
  size_t begin = 0;
  size_t end = lines.size();
  while (begin < end && is_blank(lines[begin]))
    ++begin;
  while (end > begin && is_blank(lines[end - 1]))
    --end;
  if (begin == end)
    return "-"; // rpm wants a description
  std::string out;
  for (size_t i = begin; i < end; ++i)
    out += (i == begin ? "" : "\n") + lines[i];
  return out;
}

std::string spec_line(std::string_view text, std::string_view what) {
  check(text, what, false);
  std::string line = escape_line(text, false);
  line.erase(0, line.find_first_not_of(' '));
  if (line.empty())
    throw sdk::Error("the " + std::string(what) + " is empty", KPB_FAULT_INPUT,
                     "an RPM needs one, or the tag left out", "rpm-text");
  return line;
}

bool unescape_spec_text(std::string_view escaped, std::string& out) {
  out.clear();
  for (size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] == '%' && (++i == escaped.size() || escaped[i] != '%'))
      return false;
    out += escaped[i];
  }
  return true;
}

} // namespace kpb::rpm
