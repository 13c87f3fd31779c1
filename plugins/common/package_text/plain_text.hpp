// SPDX-License-Identifier: GPL-2.0-only
//
// Free text before it is escaped for a format: what no package can hold, whatever the escaping, and the
// lines that it has.
#ifndef KPB_PLUGINS_COMMON_PACKAGE_TEXT_PLAIN_TEXT_HPP
#define KPB_PLUGINS_COMMON_PACKAGE_TEXT_PLAIN_TEXT_HPP

#include "kind.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kpb::package_text {

// Throws kpb::sdk::Error, with the offset, for control bytes, bidirectional overrides and invalid UTF-8: rpm
// and dpkg refuse some of them, and terminals obey others. `what` names the text.
void check_plain_text(const Kind& kind, std::string_view text, std::string_view what,
                      bool lines_allowed);

// Its lines, whatever their ends are. Tabs are blanks, there are none at the end of a line, and no blank lines
// at either end.
std::vector<std::string> plain_lines(std::string_view text);
// The same for a text of one line, without blanks in front.
std::string plain_line(std::string_view text);

} // namespace kpb::package_text

#endif
