// SPDX-License-Identifier: GPL-2.0-only
//
// Files of lines whose words are separated by tabs, as kpb keeps and hands over what it has to remember. Who writes such a
// line reads it first, with the function that its reader uses.
#ifndef KPB_SDK_TABBED_LINES_HPP
#define KPB_SDK_TABBED_LINES_HPP

#include "text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

inline std::vector<std::string> tabbed_words(std::string_view line) { return split(line, '\t'); }

// Without its line end; nothing if it would be read as other words, or as more lines than one.
inline std::optional<std::string> tabbed_line(const std::vector<std::string>& words) {
  std::string line = join(words, "\t");
  const bool control = std::any_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  if (control || tabbed_words(line) != words)
    return std::nullopt;
  return line;
}

} // namespace kpb

#endif
