// SPDX-License-Identifier: GPL-2.0-only
//
// Debug lines for --debug, through spdlog to standard error. Off, a call costs one comparison. What a
// user must know is a diagnostic, never a log line.
#ifndef KPB_CORE_RUN_LOG_HPP
#define KPB_CORE_RUN_LOG_HPP

#include <string_view>

namespace kpb {

void enable_debug_log();
bool debug_log_enabled();
// Control bytes are escaped.
void debug_log(std::string_view origin, std::string_view text);

} // namespace kpb

#endif
