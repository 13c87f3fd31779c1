// SPDX-License-Identifier: GPL-2.0-only
//
// See ascii.hpp.
#include "core/base/ascii.hpp"

#include <kpb/sdk/text.hpp>

namespace kpb {

namespace {

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

} // namespace

std::string shown_plain(std::string_view value) {
  constexpr size_t k_longest = 120;
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (is_printable(value[i]))
      out += value[i];
    else
      out += "\\x" + hex_of(value.substr(i, 1));
    if (out.size() > k_longest) {
      out.resize(k_longest - 3);
      return out + "...";
    }
  }
  return out;
}

std::string json_text(std::string_view value) {
  std::string out = "\"";
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"' || c == '\\')
      out += std::string("\\") + c;
    else if (is_printable(c))
      out += c;
    else // bytes that are not ASCII are not decoded here: they only have to stay distinct
      out += "\\u00" + hex_of(value.substr(i, 1));
  }
  return out + "\"";
}

} // namespace kpb
