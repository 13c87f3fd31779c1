// SPDX-License-Identifier: GPL-2.0-only
//
// See one_line.hpp.
#include "core/base/one_line.hpp"

#include "core/base/text.hpp"
#include <kpb/sdk/utf8.hpp>

namespace kpb {

std::optional<std::string> not_one_line(std::string_view value, size_t longest) {
  if (value.size() > longest)
    return "has " + std::to_string(value.size()) + " bytes, more than " + std::to_string(longest);
  const auto at = first_control_byte(value, /*lines_allowed=*/false);
  if (!at)
    return std::nullopt;
  const auto [code, length] = code_point_at(value, *at);
  const std::string place = " as its byte " + std::to_string(*at + 1);
  if (length == 0)
    return "has \\x" + hex_of(value.substr(*at, 1)) + place + ", which is not UTF-8";
  if (is_control(code))
    return "has the control character \\x" + hex_digits(code, 2) + place;
  return "has U+" + hex_digits(code, 4) + place + ", which changes the writing direction";
}

} // namespace kpb
