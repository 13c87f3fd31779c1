// SPDX-License-Identifier: GPL-2.0-only
//
// See text.hpp.
#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace kpb {

namespace {

// Length of the valid UTF-8 sequence at `at`; 0 if there is none (overlong forms, surrogates and
// values above U+10FFFF are invalid). The code point is stored in `*code`.
size_t utf8_at(std::string_view s, size_t at, uint32_t* code) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char b = byte(at);
  size_t length = 0;
  uint32_t value = 0;
  if (b < 0x80) {
    *code = b;
    return 1;
  }
  if (b >= 0xc2 && b <= 0xdf) {
    length = 2;
    value = b & 0x1fU;
  } else if (b >= 0xe0 && b <= 0xef) {
    length = 3;
    value = b & 0x0fU;
  } else if (b >= 0xf0 && b <= 0xf4) {
    length = 4;
    value = b & 0x07U;
  } else {
    return 0;
  }
  if (at + length > s.size())
    return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0U) != 0x80)
      return 0;
    value = (value << 6U) | (byte(at + i) & 0x3fU);
  }
  if ((length == 3 && value < 0x800) || (length == 4 && value < 0x10000) || value > 0x10ffff ||
      (value >= 0xd800 && value <= 0xdfff))
    return 0;
  *code = value;
  return length;
}

bool is_control(uint32_t code) {
  return code < 0x20 || code == 0x7f || (code >= 0x80 && code < 0xa0) ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

void append_hex(std::string& out, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 0xfU];
}

} // namespace

std::string escape_control(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    uint32_t code = 0;
    const size_t length = utf8_at(text, i, &code);
    const size_t step = std::max<size_t>(length, 1);
    const bool kept_newline = keep_newlines && (code == '\n' || code == '\t');
    if (length == 0 || (is_control(code) && !kept_newline)) {
      for (size_t k = 0; k < step; ++k)
        append_hex(out, static_cast<unsigned char>(text[i + k]));
    } else {
      out.append(text.substr(i, step));
    }
    i += step;
  }
  return out;
}

std::string shown(std::string_view value) {
  std::string escaped = escape_control(value.substr(0, std::min<size_t>(value.size(), 480)));
  size_t characters = 0;
  size_t i = 0;
  while (i < escaped.size() && characters < 120) {
    uint32_t code = 0;
    i += std::max<size_t>(utf8_at(escaped, i, &code), 1);
    ++characters;
  }
  const bool cut = i < escaped.size() || value.size() > 480;
  return "'" + escaped.substr(0, i) + (cut ? "..." : "") + "'";
}

std::optional<size_t> first_invalid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    uint32_t code = 0;
    const size_t length = utf8_at(text, i, &code);
    if (length == 0)
      return i;
    i += length;
  }
  return std::nullopt;
}

bool is_valid_utf8(std::string_view text) { return !first_invalid_utf8(text); }

std::string escape_json_control(std::string_view json) {
  static const char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size();) {
    uint32_t code = 0;
    const size_t step = std::max<size_t>(utf8_at(json, i, &code), 1);
    if (code >= 0x7f && is_control(code)) { // smaller ones are line ends or escaped already
      out += "\\u";
      for (const unsigned shift : {12U, 8U, 4U, 0U})
        out += digits[(code >> shift) & 0xfU];
    } else {
      out.append(json.substr(i, step));
    }
    i += step;
  }
  return out;
}

std::string cut_to_columns(std::string_view text, size_t columns) {
  size_t used = 0;
  size_t fits = 0; // bytes that leave room for the dots
  for (size_t i = 0; i < text.size();) {
    uint32_t code = 0;
    i += std::max<size_t>(utf8_at(text, i, &code), 1);
    // Everything from U+1100 on, the first wide character, counts as wide: a line that is too short
    // does no harm.
    used += code >= 0x1100 ? 2 : 1;
    if (used + 3 <= columns)
      fits = i;
    if (used > columns)
      return std::string(text.substr(0, fits)) + std::string("...").substr(0, columns);
  }
  return std::string(text);
}

std::optional<size_t> first_control_byte(std::string_view text, bool lines_allowed) {
  for (size_t i = 0; i < text.size();) {
    uint32_t code = 0;
    const size_t length = utf8_at(text, i, &code);
    const bool allowed = lines_allowed && (code == '\n' || code == '\t' || code == '\r');
    if (length == 0 || (is_control(code) && !allowed))
      return i;
    i += length;
  }
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  size_t start = 0;
  for (;;) {
    const size_t at = text.find(separator, start);
    if (at == std::string_view::npos) {
      out.emplace_back(text.substr(start));
      return out;
    }
    out.emplace_back(text.substr(start, at - start));
    start = at + 1;
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i != 0)
      out += separator;
    out += parts[i];
  }
  return out;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string last_lines(std::string_view text, size_t count) {
  while (!text.empty() && text.back() == '\n')
    text.remove_suffix(1);
  size_t start = text.size();
  for (size_t lines = 0; start > 0; --start)
    if (text[start - 1] == '\n' && ++lines == count)
      break;
  return std::string(text.substr(start));
}

std::optional<uint64_t> parse_unsigned(std::string_view text, uint64_t max) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stop != end || value > max)
    return std::nullopt;
  return value;
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(word.size() / 3, 1) + 1;
  for (const auto& candidate : candidates) {
    // Insert, delete, change, or swap two neighbours. The words are names of options and plugins,
    // so they are short.
    std::vector<size_t> row(candidate.size() + 1);
    std::vector<size_t> before(row.size()); // the row before the last one
    std::vector<size_t> last(row.size());
    for (size_t j = 0; j < row.size(); ++j)
      row[j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      before.swap(last);
      last.swap(row);
      row[0] = i;
      for (size_t j = 1; j <= candidate.size(); ++j) {
        const size_t change = last[j - 1] + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        row[j] = std::min({row[j - 1] + 1, last[j] + 1, change});
        if (i > 1 && j > 1 && word[i - 1] == candidate[j - 2] && word[i - 2] == candidate[j - 1])
          row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    const bool shares_start = !word.empty() && word.size() >= 3 && candidate.starts_with(word);
    const size_t distance = shares_start ? 1 : row.back();
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string base_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos || path == "/" ? path
                                                                    : path.substr(slash + 1));
}

std::string parent_path(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos)
    return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

} // namespace kpb
