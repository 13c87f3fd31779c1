// SPDX-License-Identifier: GPL-2.0-only
//
// See log_lines.hpp.
#include "log_lines.hpp"

#include <algorithm>

namespace kpb::builders {
namespace {

constexpr size_t k_line_limit = 200;

} // namespace

bool LogLines::next() {
  m_position = m_log.find_first_not_of('\n', m_next);
  if (m_position == std::string_view::npos)
    return false;
  const size_t end = std::min(m_log.find('\n', m_position), m_log.size());
  m_line = m_log.substr(m_position, end - m_position);
  m_next = end + 1;
  return true;
}

std::string_view line_at(std::string_view log, size_t position) {
  const size_t before = position == 0 ? std::string_view::npos : log.rfind('\n', position - 1);
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return log.substr(begin, std::min(log.find('\n', position), log.size()) - begin);
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(k_blanks));
}

std::string_view last_word(std::string_view text) {
  const size_t blank = text.find_last_of(k_blanks);
  return blank == std::string_view::npos ? text : text.substr(blank + 1);
}

std::string_view message_of(std::string_view line) {
  line = trimmed(line);
  if (!line.starts_with("ERROR: "))
    return line;
  if (const size_t at = line.rfind(". Check "); at != std::string_view::npos)
    if (line.ends_with(" for more details."))
      return line.substr(0, at);
  return line.substr(0, line.size() - (line.ends_with(".") ? 1 : 0));
}

std::string shortened(std::string_view text, size_t limit) {
  if (text.size() <= limit)
    return std::string(text);
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) // inside UTF-8
    --limit;
  return std::string(text.substr(0, limit)) + "...";
}

std::string last_lines(std::string_view log, size_t count) {
  std::string out;
  while (!log.empty() && count > 0) {
    const size_t end = log.rfind('\n');
    const std::string_view line = log.substr(end == std::string_view::npos ? 0 : end + 1);
    log = log.substr(0, end == std::string_view::npos ? 0 : end);
    if (trimmed(line).empty())
      continue;
    out = shortened(line, k_line_limit) + (out.empty() ? "" : "\n") + out;
    --count;
  }
  return out;
}

} // namespace kpb::builders
