// SPDX-License-Identifier: GPL-2.0-only
//
// A log, line by line and from its end. Lines are views of the log, without their line ends; empty ones
// are left out.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_LOG_LINES_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_LOG_LINES_HPP

#include <kpb/sdk/text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace kpb::builders {

class LogLines {
public:
  explicit LogLines(std::string_view log) : m_log(log) {}
  bool next();
  std::string_view line() const { return m_line; }
  size_t position() const { return m_position; } // of the line's first byte

private:
  std::string_view m_log;
  std::string_view m_line;
  size_t m_position = 0;
  size_t m_next = 0;
};

// The line that byte `position` is part of.
std::string_view line_at(std::string_view log, size_t position);

std::string_view first_word(std::string_view text);
std::string_view last_word(std::string_view text);

// Without blanks around it, and without kpatch-build's ". Check LOG for more details." or "." behind an
// error: LOG is not where the user finds it.
std::string_view message_of(std::string_view line);

// Not longer than `limit` and "...", never cut inside a character.
std::string shortened(std::string_view text, size_t limit);

// The last lines that are not blank, each shortened.
std::string last_lines(std::string_view log, size_t count);

} // namespace kpb::builders

#endif
