// SPDX-License-Identifier: GPL-2.0-only
//
// Any text into a spec: refused, or on lines that rpm does not treat as directives, with nothing
// lost. tests/property/spec_text.py asks rpm itself; this is faster.
#include "core/base/text.hpp"
#include "fuzz.hpp"
#include "spec_text.hpp"

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

void check_line(std::string_view line) {
  std::string plain;
  require(kpb::rpm::unescape_spec_text(line, plain), "every '%' is doubled");
  require(!kpb::first_control_byte(line, false), "no control byte");
  require(!line.ends_with("\\"), "the next line is not joined");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = kpb_fuzz::text_of(data, size);
  const auto lines = attempt(kpb::rpm::spec_lines, text);
  require(lines == attempt(kpb::rpm::spec_lines, text), "pure");
  require(lines || kpb::first_control_byte(text, true), "text is not refused");
  if (lines) {
    require(!lines->empty(), "rpm wants a description");
    for (const std::string& line : kpb::split(*lines, '\n')) {
      check_line(line);
      const size_t first = line.find_first_not_of(' ');
      require(first == std::string::npos || (line[first] != '%' && line[first] != '#'),
              "no line begins a directive");
    }
    std::string plain;
    require(kpb::rpm::unescape_spec_text(*lines, plain), "it can be read back");
    check_complete(text, plain);
  }
  const auto line = attempt(kpb::rpm::spec_line, text);
  require(line == attempt(kpb::rpm::spec_line, text), "pure");
  if (line) {
    check_line(*line);
    require(!line->empty() && line->front() != ' ', "a tag has a value");
    std::string plain;
    require(kpb::rpm::unescape_spec_text(*line, plain), "it can be read back");
    check_complete(text, plain);
  }
  return 0;
}
