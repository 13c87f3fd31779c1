// SPDX-License-Identifier: GPL-2.0-only
//
// A value from outside that will be written on one line of a file or of a terminal. Nobody who writes lines has to
// know what ends one: who reads the value asks here, once.
#ifndef KPB_CORE_BASE_ONE_LINE_HPP
#define KPB_CORE_BASE_ONE_LINE_HPP

#include <optional>
#include <string>
#include <string_view>

namespace kpb {

// Why the value cannot be one, as the end of a sentence that names it ("has the control byte \x0a as its byte 13"):
// it is longer than `longest` bytes, is not UTF-8, or has a control character (C0, DEL, C1) or one that changes the
// writing direction. Nothing if it can.
std::optional<std::string> not_one_line(std::string_view value, size_t longest);

} // namespace kpb

#endif
