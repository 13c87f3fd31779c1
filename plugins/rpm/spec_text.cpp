// SPDX-License-Identifier: GPL-2.0-only
//
// The escaping of free text, for rpm's parser of specs.
#include "spec_text.hpp"

#include "allow_list.hpp"
#include "plugins/common/package_text/plain_text.hpp"

#include <kpb/sdk.hpp>

namespace kpb::rpm {
namespace {

// One line. `starts_line`: nothing stands before it, so rpm would look for a section, a condition or
// a comment in it.
std::string escape_line(std::string_view line, bool starts_line) {
  std::string out;
  const size_t first = line.find_first_not_of(' ');
  if (starts_line && first != std::string_view::npos && (line[first] == '%' || line[first] == '#'))
    out += "| ";
  for (size_t i = 0; i < line.size(); ++i) {
    // "\%%(" is "\%" and "%(" to rpm's search for the end of a macro: keep the two apart.
    if (line[i] == '%')
      out += i > 0 && line[i - 1] == '\\' ? " %%" : "%%";
    else
      out += line[i];
  }
  if (!line.empty() && line.back() == '\\') // would join the next line to this one
    out += " .";
  return out;
}

} // namespace

std::string spec_lines(std::string_view text, std::string_view what) {
  package_text::check_plain_text(k_kind, text, what, /*lines_allowed=*/true);
  std::string out;
  for (const auto& line : package_text::plain_lines(text))
    out += (out.empty() ? "" : "\n") + escape_line(line, /*starts_line=*/true);
  return out.empty() ? "-" : out; // rpm wants a description
}

std::string spec_line(std::string_view text, std::string_view what) {
  package_text::check_plain_text(k_kind, text, what, /*lines_allowed=*/false);
  const std::string line = escape_line(package_text::plain_line(text), /*starts_line=*/false);
  if (line.empty())
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "rpm-text",
                      .what = "the " + std::string(what) + " is empty",
                      .hint = "an RPM needs a text there, or the tag must be left out"});
  return line;
}

bool unescape_spec_text(std::string_view escaped, std::string& out) {
  out.clear();
  for (size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] == '%' && (++i == escaped.size() || escaped[i] != '%'))
      return false;
    out += escaped[i];
  }
  return true;
}

} // namespace kpb::rpm
