// SPDX-License-Identifier: GPL-2.0-only
//
// The words of a diagnostic, bounded, for whoever shows them: the terminal, a result in JSON, a log. A file may have any
// name, and a program may say anything; none of it becomes a line that looks like another message.
#ifndef KPB_CORE_DIAG_MESSAGE_TEXT_HPP
#define KPB_CORE_DIAG_MESSAGE_TEXT_HPP

#include "core/diag/diagnostic.hpp"

#include <string>
#include <string_view>

namespace kpb {

// "WHERE: WHAT; WHY". A place has one line; the others may have several, as the end of a build log has.
std::string message_of(const Diagnostic& diagnostic);
std::string hint_of(const Diagnostic& diagnostic);

// With control bytes escaped, and all lines but the first indented, so that each is seen to be a part of the first.
std::string escape_lines(std::string_view text);

} // namespace kpb

#endif
