// SPDX-License-Identifier: GPL-2.0-only
//
// Text helpers of the runtime. It shares none with kpb: it is linked statically, as root's program on
// every machine, and should hold what it needs and nothing else (docs/decisions.md).
#ifndef KPB_CORE_RUNTIME_TEXT_HPP
#define KPB_CORE_RUNTIME_TEXT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb::runtime {

// A value from outside for a message: control bytes and what is not ASCII escaped, cut at 120 characters.
std::string shown(std::string_view value);

std::string json_text(std::string_view value); // with its quotes

// Without blanks and line ends at both sides.
std::string_view trimmed(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::vector<std::string> words(std::string_view text); // separated by any blanks
std::string join(const std::vector<std::string>& parts, std::string_view separator);
bool starts_with(std::string_view text, std::string_view prefix);
bool ends_with(std::string_view text, std::string_view suffix);
// Decimal digits only, the whole text, at most `max`.
std::optional<uint64_t> parse_unsigned(std::string_view text, uint64_t max);
// Letters, digits and the characters of `others`, not empty.
bool consists_of_name_characters(std::string_view text, std::string_view others);
bool is_hex(std::string_view text);

// The next line of `rest`, without its end; false where nothing is left.
bool next_line(std::string_view& rest, std::string_view& line);

// "-" and "." as the kernel writes them in a module's name.
std::string kernel_form(std::string_view name);

} // namespace kpb::runtime

#endif
