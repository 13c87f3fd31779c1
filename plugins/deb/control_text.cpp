// SPDX-License-Identifier: GPL-2.0-only
//
// See control_text.hpp.
#include "control_text.hpp"

#include "names.hpp"
#include "plugins/common/package_text/plain_text.hpp"

#include <kpb/sdk.hpp>

#include <algorithm>

namespace kpb::deb {

std::string control_line(std::string_view text, std::string_view what) {
  package_text::check_plain_text(k_kind, text, what, /*lines_allowed=*/false);
  std::string line = package_text::plain_line(text);
  if (line.empty())
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = std::string(k_kind.text_code),
                      .what = "the " + std::string(what) + " is empty",
                      .hint = "a deb needs one, or the field left out"});
  return line;
}

std::string control_lines(std::string_view text, std::string_view what) {
  package_text::check_plain_text(k_kind, text, what, /*lines_allowed=*/true);
  std::string out;
  for (const auto& line : package_text::plain_lines(text)) {
    out += out.empty() ? " " : "\n ";
    // A lone dot is a blank line, and lines that begin with one are kept for what may come.
    if (line.empty() || line.front() == '.')
      out += line.empty() ? "." : " ";
    out += line;
  }
  return out;
}

std::string text_of_control_lines(std::string_view lines) {
  std::string out;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    const size_t text = std::min(at + 1, end); // without its blank
    const std::string_view line = lines.substr(text, end - text);
    out += (at == 0 ? "" : "\n") + std::string(line == "." ? std::string_view{} : line);
    at = end + 1;
  }
  return out;
}

} // namespace kpb::deb
