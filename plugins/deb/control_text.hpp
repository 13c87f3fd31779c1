// SPDX-License-Identifier: GPL-2.0-only
//
// The only way for free text into a control file. Its lines are fields, or begin with a blank and go on with
// the field above; an empty line ends the package. Text that is not made into that form becomes fields of its
// own (Depends, Essential) or a second package. tests/property/control_text.py proves it against dpkg and apt.
//
// Names, versions and paths do not come here: they fit an allow-list (names.hpp) or are refused.
#ifndef KPB_PLUGIN_DEB_CONTROL_TEXT_HPP
#define KPB_PLUGIN_DEB_CONTROL_TEXT_HPP

#include <string>
#include <string_view>

namespace kpb::deb {

// Text of one line, as it stands behind "Field: ". Line ends and empty text are refused. `what` names it in
// errors. Throws kpb::sdk::Error, also for control bytes, bidirectional overrides and invalid UTF-8.
std::string control_line(std::string_view text, std::string_view what);

// Text of several lines, as they stand below a field, each with its blank in front; "" where nothing is left.
std::string control_lines(std::string_view text, std::string_view what);

// What such lines hold: the reverse.
std::string text_of_control_lines(std::string_view lines);

} // namespace kpb::deb

#endif
