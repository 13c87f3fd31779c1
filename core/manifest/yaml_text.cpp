// SPDX-License-Identifier: GPL-2.0-only
//
// See yaml_text.hpp. Refuses what parsers disagree about (tabs as indentation, YAML 1.1's line
// ends) and what someone who reads the file would not see.
#include "core/manifest/yaml_text.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr std::string_view k_bom = "\xef\xbb\xbf";

struct Finding {
  size_t offset = std::string::npos;
  std::string what, why, hint;
};

// U+0085, U+2028 and U+2029 end lines in YAML 1.1 but not in 1.2; the others change the writing
// direction.
bool is_hidden_character(std::string_view text) {
  if (text.starts_with("\xc2") && text.size() > 1)
    return static_cast<unsigned char>(text[1]) < 0xa0;
  if (!text.starts_with("\xe2\x80") && !text.starts_with("\xe2\x81") && !text.starts_with(k_bom))
    return false;
  if (text.starts_with(k_bom))
    return true;
  const auto last = text.size() > 2 ? static_cast<unsigned char>(text[2]) : 0U;
  return text[1] == '\x80' ? last >= 0xa8 && last <= 0xae : last >= 0xa6 && last <= 0xa9;
}

Finding find_bad_byte(std::string_view text) {
  if (const auto at = first_invalid_utf8(text))
    return {*at, "it is not UTF-8", "a manifest is UTF-8",
            "convert it: iconv -t UTF-8, with -f and the encoding that it has"};
  bool indentation = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\t' && indentation)
      return {i, "a line is indented with a tab", "YAML allows only blanks for indentation",
              "indent with blanks"};
    if (c == '%' && (i == 0 || text[i - 1] == '\n'))
      return {i, "a line begins with '%'", "YAML directives are refused", "leave it out"};
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
      return {i, "there is the control byte " + escape_control({&c, 1}), "a manifest is plain text",
              "remove it"};
    if (is_hidden_character(text.substr(i)))
      return {i, "there is an invisible character",
              "it is an unusual line ending, a byte order mark, or a character that changes the "
              "writing direction",
              "remove it"};
    indentation = c == '\n' || (indentation && c == ' ');
  }
  return {};
}

} // namespace

YamlPlace place_of(std::string_view text, size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1;
  YamlPlace place{1, 1};
  place.line += static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n'));
  for (size_t i = line_start; i < offset; ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U)
      ++place.column;
  return place;
}

std::optional<std::string> check_yaml_text(std::string_view text, const std::string& file,
                                           DiagnosticSink& sink) {
  if (text.size() > k_max_manifest_size) {
    fail(sink, {.fault = Fault::input,
                .code = "manifest-too-large",
                .where = file,
                .what = "the manifest is refused",
                .why = "it is larger than 4 MiB",
                .hint = "name the kernels once, and use patterns: kernels: [\"el9*\"]"});
    return std::nullopt;
  }
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    fail(sink, {.fault = Fault::input,
                .code = "manifest-encoding",
                .where = file,
                .what = "it is UTF-16",
                .why = "a manifest is UTF-8",
                .hint = "convert it: iconv -f UTF-16 -t UTF-8"});
    return std::nullopt;
  }
  std::string out = replace_all(std::string(text), "\r\n", "\n");
  if (out.starts_with(k_bom))
    out.erase(0, k_bom.size());
  if (const Finding found = find_bad_byte(out); found.offset != std::string::npos) {
    fail(sink, {.fault = Fault::input,
                .code = "manifest-text",
                .where = place_text(file, place_of(out, found.offset)),
                .what = found.what,
                .why = found.why,
                .hint = found.hint});
    return std::nullopt;
  }
  return out;
}

size_t end_of_quoted(std::string_view text, size_t offset) {
  const char quote = text[offset];
  for (size_t i = offset + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (text[i] == quote && quote == '\'' && i + 1 < text.size() && text[i + 1] == quote)
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return std::string::npos;
}

} // namespace kpb
