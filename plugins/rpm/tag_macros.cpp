// SPDX-License-Identifier: GPL-2.0-only
//
// See tag_macros.hpp.
#include "tag_macros.hpp"

#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <array>

namespace kpb::rpm {
namespace {

// Tags that hold free text. Names, versions and paths are allow-listed and may be referred to.
constexpr std::array<std::string_view, 8> k_free_text = {
    "summary", "license", "url", "group", "packager", "vendor", "distribution", "bugurl"};

bool is_name(char c) { return is_alnum(c) || c == '_'; }

} // namespace

std::string find_tag_macro(std::string_view spec) {
  for (size_t at = spec.find('%'); at != std::string_view::npos; at = spec.find('%', at)) {
    size_t begin = at + 1;
    if (begin < spec.size() && spec[begin] == '%') { // a doubled one is text
      at = begin + 1;
      continue;
    }
    while (begin < spec.size() &&
           std::string_view("{?!-").find(spec[begin]) != std::string_view::npos)
      ++begin;
    size_t end = begin;
    while (end < spec.size() && is_name(spec[end]))
      ++end;
    const std::string name = lowered(spec.substr(begin, end - begin));
    if (std::find(k_free_text.begin(), k_free_text.end(), name) != k_free_text.end()) {
      const bool braced = end < spec.size() && spec[end] == '}';
      return std::string(spec.substr(at, end - at + (braced ? 1 : 0)));
    }
    at = std::max(end, at + 1);
  }
  return {};
}

} // namespace kpb::rpm
