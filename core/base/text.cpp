// SPDX-License-Identifier: GPL-2.0-only
//
// See text.hpp.
#include "core/base/text.hpp"

#include <kpb/sdk/utf8.hpp>

#include <algorithm>

namespace kpb {

namespace {

// Characters that a terminal obeys instead of showing them.
bool is_obeyed(uint32_t code) { return is_control(code) || is_bidi_override(code); }

} // namespace

std::string escape_control(std::string_view text, bool keep_newlines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto [code, length] = code_point_at(text, i);
    const size_t step = std::max<size_t>(length, 1);
    const bool kept_newline = keep_newlines && (code == '\n' || code == '\t');
    if (length == 0 || (is_obeyed(code) && !kept_newline)) {
      for (size_t k = 0; k < step; ++k)
        out += "\\x" + hex_of(text.substr(i + k, 1));
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
    i += std::max<size_t>(code_point_at(escaped, i).bytes, 1);
    ++characters;
  }
  const bool cut = i < escaped.size() || value.size() > 480;
  return "'" + escaped.substr(0, i) + (cut ? "..." : "") + "'";
}

std::optional<size_t> first_invalid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = code_point_at(text, i).bytes;
    if (length == 0)
      return i;
    i += length;
  }
  return std::nullopt;
}

bool is_valid_utf8(std::string_view text) { return !first_invalid_utf8(text); }

std::string escape_json_control(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size();) {
    const auto [code, length] = code_point_at(json, i);
    const size_t step = std::max<size_t>(length, 1);
    if (code >= 0x7f && is_obeyed(code)) // smaller ones are line ends or escaped already
      out += "\\u" + hex_digits(code, 4);
    else
      out.append(json.substr(i, step));
    i += step;
  }
  return out;
}

std::string cut_to_columns(std::string_view text, size_t columns) {
  size_t used = 0;
  size_t fits = 0; // bytes that leave room for the dots
  for (size_t i = 0; i < text.size();) {
    const auto [code, length] = code_point_at(text, i);
    i += std::max<size_t>(length, 1);
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
    const auto [code, length] = code_point_at(text, i);
    const bool allowed = lines_allowed && (code == '\n' || code == '\t' || code == '\r');
    if (length == 0 || (is_obeyed(code) && !allowed))
      return i;
    i += length;
  }
  return std::nullopt;
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

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  // The work is the product of both lengths, and nobody types a name as long as this.
  constexpr size_t k_longest = 256;
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(word.size() / 3, 1) + 1;
  for (const auto& candidate : candidates) {
    if (word.size() > k_longest || candidate.size() > k_longest)
      continue;
    // Insert, delete, change, or swap two neighbours.
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
