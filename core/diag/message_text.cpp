// SPDX-License-Identifier: GPL-2.0-only
//
// See message_text.hpp.
#include "core/diag/message_text.hpp"

#include "core/base/limits.hpp"
#include "core/base/text.hpp"

namespace kpb {

namespace {

// The first `longest` bytes, without half a character at their end, and how many are left out.
std::string cut(std::string_view text, size_t longest) {
  if (text.size() <= longest)
    return std::string(text);
  size_t end = longest;
  while (end > 0 && longest - end < 3 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;
  return std::string(text.substr(0, end)) + "... (" + std::to_string(text.size() - end) +
         " more bytes)";
}

} // namespace

std::string message_of(const Diagnostic& d) {
  std::string out;
  if (!d.where.empty())
    out += escape_control(cut(d.where, k_longest_place)) + ": ";
  out += cut(d.what, k_longest_message);
  if (!d.why.empty())
    out += "; " + cut(d.why, k_longest_message);
  return out;
}

std::string hint_of(const Diagnostic& d) { return cut(d.hint, k_longest_hint); }

std::string escape_lines(std::string_view text) {
  return replace_all(escape_control(text, /*keep_newlines=*/true), "\n", "\n  ");
}

} // namespace kpb
