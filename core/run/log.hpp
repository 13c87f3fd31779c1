// SPDX-License-Identifier: GPL-2.0-only
//
// Log lines, for whoever wants to find out what kpb did and why: all of them to standard error with --debug, and
// those of a series' run to a file in its result directory. Where nobody listens, a call costs one comparison.
// What a user must know is a diagnostic, never a log line.
#ifndef KPB_CORE_RUN_LOG_HPP
#define KPB_CORE_RUN_LOG_HPP

#include <cstdint>
#include <string>
#include <string_view>

namespace kpb {

enum class LogLevel : uint8_t { debug, info, warning, error };

// `origin` says who speaks. Control bytes are escaped.
void log(LogLevel level, std::string_view origin, std::string_view text);

void enable_debug_log(); // --debug
bool debug_log_enabled();
inline void debug_log(std::string_view origin, std::string_view text) {
  log(LogLevel::debug, origin, text);
}

// As long as it lives, lines from `info` on are also appended to a file, with --debug all of them. The file is made
// with the first line. That it cannot be written is no error: nothing depends on it.
class LogFile {
public:
  explicit LogFile(const std::string& path);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;
};

} // namespace kpb

#endif
