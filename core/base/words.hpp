// SPDX-License-Identifier: GPL-2.0-only
//
// Text of line-based formats: trimming, splitting into words and lines, and the classes of bytes in
// names.
#ifndef KPB_CORE_BASE_WORDS_HPP
#define KPB_CORE_BASE_WORDS_HPP

#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// For the log of a machine whose locale is unknown: control bytes and bytes that are not ASCII
// become \xNN; cut at 120 characters, without quotes.
std::string shown_plain(std::string_view value);

std::string json_text(std::string_view value); // with quotes; bytes that are not ASCII as \u00NN

// Without blanks and line ends on both sides.
std::string_view trimmed(std::string_view text);
std::vector<std::string> words(std::string_view text); // separated by any blanks
// Whether it is not empty and has only letters, digits and characters of `others`.
bool consists_of_name_characters(std::string_view text, std::string_view others);
bool is_hex(std::string_view text);

// Takes the next line off `rest`, without its line end; false if nothing is left.
bool next_line(std::string_view& rest, std::string_view& line);

// A module's name as the kernel writes it: '_' instead of '-' and '.'.
std::string kernel_form(std::string_view name);

} // namespace kpb

#endif
