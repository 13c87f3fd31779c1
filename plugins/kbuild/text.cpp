// SPDX-License-Identifier: GPL-2.0-only
//
// See text.hpp.
#include "text.hpp"

#include <sstream>

namespace kpb::builders {

std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values) {
  std::string out;
  while (!text.empty()) {
    const size_t end = text.front() == '@' ? text.find('@', 1) : std::string_view::npos;
    const auto value =
        end == std::string_view::npos ? values.end() : values.find(text.substr(1, end - 1));
    if (value != values.end())
      out += value->second;
    else
      out += text.front();
    text.remove_prefix(value != values.end() ? end + 1 : 1);
  }
  return out;
}

std::vector<std::string> unfold_lines(std::string_view text) {
  std::vector<std::string> out;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const size_t begin = line.find_first_not_of(' ');
    if (begin == 0)
      out.push_back(line);
    else if (begin != std::string::npos && !out.empty())
      out.back().append(" ").append(line, begin);
  }
  return out;
}

} // namespace kpb::builders
