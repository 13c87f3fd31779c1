// SPDX-License-Identifier: GPL-2.0-only
//
// Text for people: every value from outside appears in messages as `shown` formats it, and
// `nearest` makes every "did you mean". Text of bytes, which plugins need too, is in the SDK.
#ifndef KPB_CORE_BASE_TEXT_HPP
#define KPB_CORE_BASE_TEXT_HPP

#include <kpb/sdk/text.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Control bytes and invalid UTF-8 become \xNN; line ends are kept only if requested. Bidirectional
// overrides (U+202A..U+202E, U+2066..U+2069) are escaped too, because a terminal would show the
// text in a misleading order.
std::string escape_control(std::string_view text, bool keep_newlines = false);

// A value from outside, for a message: quoted, escaped, and cut at 120 characters.
std::string shown(std::string_view value);

bool is_valid_utf8(std::string_view text);
std::optional<size_t> first_invalid_utf8(std::string_view text);
// Writes as \uXXXX what JSON allows unescaped but a terminal obeys: control bytes and bidirectional
// overrides. `json` is a whole document, in which these can only be inside strings.
std::string escape_json_control(std::string_view json);
// Cut to that many columns of a terminal with "..." at the end; wide characters take two columns.
std::string cut_to_columns(std::string_view text, size_t columns);
// The offset of the first byte that is neither printable text nor, if allowed, a line end or tab.
std::optional<size_t> first_control_byte(std::string_view text, bool lines_allowed);

// The last `count` lines, without the final line end.
std::string last_lines(std::string_view text, size_t count);

// The closest candidate, if it is close enough to be a typing mistake.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// The part after the last '/'; trailing slashes do not count.
std::string base_name(std::string_view path);
// The part before the last '/': "." if there is none, "/" for a child of the root.
std::string parent_path(std::string_view path);

} // namespace kpb

#endif
