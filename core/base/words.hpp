// SPDX-License-Identifier: GPL-2.0-only
//
// Text as line formats have it: trimmed, split into words and lines, and the few classes of bytes that names are made of.
#ifndef KPB_CORE_BASE_WORDS_HPP
#define KPB_CORE_BASE_WORDS_HPP

#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// For the log of a machine whose locale nobody knows: control bytes and what is not ASCII as \xNN, cut at 120
// characters, without quotes.
std::string shown_plain(std::string_view value);

std::string
json_text(std::string_view value); // with its quotes; bytes that are not ASCII as \u00NN

// Without blanks and line ends at both sides.
std::string_view trimmed(std::string_view text);
std::vector<std::string> words(std::string_view text); // separated by any blanks
// Letters, digits and the characters of `others`, not empty.
bool consists_of_name_characters(std::string_view text, std::string_view others);
bool is_hex(std::string_view text);

// The next line of `rest`, without its end; false where nothing is left.
bool next_line(std::string_view& rest, std::string_view& line);

// "-" and "." as the kernel writes them in a module's name.
std::string kernel_form(std::string_view name);

} // namespace kpb

#endif
