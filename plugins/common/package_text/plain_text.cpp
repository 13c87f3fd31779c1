// SPDX-License-Identifier: GPL-2.0-only
//
// See plain_text.hpp. The decoder is strict: overlong forms, surrogates and values past U+10FFFF are no UTF-8.
#include "plain_text.hpp"

#include <kpb/sdk.hpp>
#include <kpb/sdk/text.hpp>
#include <kpb/sdk/utf8.hpp>

#include <algorithm>
#include <cstdint>

namespace kpb::package_text {
namespace {

std::string spaced_and_trimmed(std::string line) {
  std::replace(line.begin(), line.end(), '\t', ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

} // namespace

void check_plain_text(const Kind& kind, std::string_view text, std::string_view what,
                      bool lines_allowed) {
  const auto refuse = [&](size_t at, const std::string& why, const char* hint) {
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = std::string(kind.text_code),
                      .what = "the " + std::string(what) + " is not allowed in " +
                              std::string(kind.noun) + ": byte " + std::to_string(at) + " " + why,
                      .hint = hint});
  };
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    if (c.bytes == 0)
      refuse(at, "(\\x" + hex_of(text.substr(at, 1)) + ") is not UTF-8", "write it in UTF-8");
    const bool line_end = c.value == '\n' || c.value == '\r';
    if (line_end && !lines_allowed)
      refuse(at, "ends the line", "write it as one line");
    if (is_control(c.value) && !line_end && c.value != '\t')
      refuse(at, "is the control byte \\x" + hex_digits(c.value, 2), "take it out");
    if (is_bidi_override(c.value))
      refuse(at, "is U+" + hex_digits(c.value, 4) + ", which changes the writing direction",
             "take it out");
    at += c.bytes;
  }
}

std::vector<std::string> plain_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\n';
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n')
      continue;
    if (c == '\n' || c == '\r') {
      lines.push_back(spaced_and_trimmed(std::move(line)));
      line.clear();
    } else {
      line += c;
    }
  }
  const auto filled = [](const std::string& l) { return !l.empty(); };
  lines.erase(std::find_if(lines.rbegin(), lines.rend(), filled).base(), lines.end());
  lines.erase(lines.begin(), std::find_if(lines.begin(), lines.end(), filled));
  return lines;
}

std::string plain_line(std::string_view text) {
  std::string line = spaced_and_trimmed(std::string(text));
  line.erase(0, line.find_first_not_of(' '));
  return line;
}

} // namespace kpb::package_text
