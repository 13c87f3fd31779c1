// SPDX-License-Identifier: GPL-2.0-only
//
// Any text into a control file: refused, or in the intended field, with nothing lost and no
// additional field or package. tests/property/control_text.py asks dpkg and apt; this is faster.
#include "core/base/text.hpp"
#include "fuzz.hpp"
#include "plugins/deb/control_reader.hpp"
#include "plugins/deb/control_text.hpp"

#include <kpb/sdk.hpp>

#include <optional>

using kpb_fuzz::require;

namespace {

template <class Escape> std::optional<std::string> attempt(Escape escape, std::string_view text) {
  try {
    return escape(text, "text");
  } catch (const kpb::sdk::Error& error) {
    require(!kpb::first_control_byte(error.what(), false), "the refusal can be shown");
    return std::nullopt;
  }
}

// Every byte of the text that is not a blank appears, in order.
void check_complete(std::string_view text, std::string_view plain) {
  size_t at = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
      continue;
    at = plain.find(c, at);
    require(at != std::string_view::npos, "nothing is lost");
    ++at;
  }
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = kpb_fuzz::text_of(data, size);
  const auto lines = attempt(kpb::deb::control_lines, text);
  const auto line = attempt(kpb::deb::control_line, text);
  require(lines == attempt(kpb::deb::control_lines, text), "pure");
  require(lines || kpb::first_control_byte(text, true), "text is not refused");
  const std::string summary = line.value_or("x");
  const std::string below = lines && !lines->empty() ? "\n" + *lines : "";
  const kpb::deb::ControlFile control("Package: p\nDescription: " + summary + below + "\n");
  require(control.fields().size() == 2, "no field more");
  require(control.line("Description") == summary, "the line is what it was");
  require(control.lines("Description") == (below.empty() ? "" : *lines), "so are the lines");
  if (line)
    check_complete(text, control.line("Description"));
  if (lines) {
    const std::string held = kpb::deb::text_of_control_lines(control.lines("Description"));
    check_complete(text, held);
    require(kpb::deb::control_lines(held, "text") == *lines,
            "what is held is what it would be made into again");
  }
  return 0;
}
