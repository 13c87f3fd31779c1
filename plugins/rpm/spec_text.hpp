// SPDX-License-Identifier: GPL-2.0-only
//
// The only way for free text into a spec. rpm expands macros in a line first and then looks what the
// line is, so doubling '%' alone is no escape: "%%post" at the start of a line becomes a scriptlet.
// What comes out of here is read by rpm as plain text; tests/property/spec_text.py proves it against
// rpm itself. The text must not be referred to again ("%{summary}" would expand it a second time).
//
// Names, versions and paths do not come here: they fit an allow-list (allow_list.hpp) or are refused.
#ifndef KPB_PLUGIN_RPM_SPEC_TEXT_HPP
#define KPB_PLUGIN_RPM_SPEC_TEXT_HPP

#include <string>
#include <string_view>

namespace kpb::rpm {

// Text of several lines, as it stands below %description. `what` names it in errors. Throws
// kpb::sdk::Error for control bytes, bidirectional overrides and invalid UTF-8, with the offset.
std::string spec_lines(std::string_view text, std::string_view what);

// Text of one line, as it stands behind a tag ("Summary: ..."). Line ends and empty text are refused.
std::string spec_line(std::string_view text, std::string_view what);

// What rpm makes of escaped text: the reverse of the '%' doubling. False when an undoubled '%' is
// left, which rpm would take for a macro.
bool unescape_spec_text(std::string_view escaped, std::string& out);

} // namespace kpb::rpm

#endif
