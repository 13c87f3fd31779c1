// SPDX-License-Identifier: GPL-2.0-only
//
// The string tables of a module. Each is checked as a whole, because in a hostile file any number of
// headers and symbols may share one string: then a name is only a place in a table that was checked.
#ifndef KPB_CORE_INSPECT_ELF_STRINGS_HPP
#define KPB_CORE_INSPECT_ELF_STRINGS_HPP

#include "core/inspect/input_errors.hpp"

#include <cstdint>
#include <string_view>

namespace kpb {

// Every string is one line of text (one_line.hpp) of at most 1024 bytes. `what` begins the sentence of
// the error, "a symbol is named".
bool check_strings(std::string_view table, const char* what, const InputErrors& errors);

// Whether a name can begin there: inside the table, and not within a character.
inline bool is_name_start(std::string_view table, uint64_t at) {
  return at < table.size() && (static_cast<unsigned char>(table[at]) & 0xc0U) != 0x80;
}

} // namespace kpb

#endif
