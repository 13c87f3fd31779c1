// SPDX-License-Identifier: GPL-2.0-only
//
// See build_log.hpp.
#include "build_log.hpp"

#include "log_lines.hpp"

#include <algorithm>
#include <cstring>

namespace kpb::builders {
namespace {

// "   12 |   pr_err("...");": compilers quote the source, and the source may say anything.
bool is_quoted_source(std::string_view line) {
  line = trimmed(line);
  const size_t end = std::min(line.find_first_not_of("0123456789"), line.size());
  return line.substr(end).starts_with(" | ") || line.starts_with("| ");
}

// "ERROR: fs/proc/cmdline.o: ...": the object; "" if the line has none.
std::string_view object_in(std::string_view line) {
  for (size_t at = line.find(".o: "); at != std::string_view::npos; at = line.find(".o: ", at + 1))
    if (const auto object = last_word(line.substr(0, at + 2)); object.size() > 2)
      return object;
  return {};
}

} // namespace

BuildLog::BuildLog(Tool tool, std::string_view text) : m_text(text) {
  for (LogLines lines(text); lines.next();)
    for (const Phase& phase : phases(tool))
      if (lines.line().starts_with(phase.marker))
        m_marks.emplace_back(lines.position(), &phase);
}

Stage BuildLog::stage_at(size_t position) const {
  const auto after = std::upper_bound(m_marks.begin(), m_marks.end(), position,
                                      [](size_t at, const auto& mark) { return at < mark.first; });
  return after == m_marks.begin() ? Stage::other : std::prev(after)->second->stage;
}

std::optional<Hit> BuildLog::find(const Rule& rule, size_t from) const {
  const Pattern pattern(rule.pattern);
  const std::string_view key = pattern.key();
  while (from < m_text.size()) {
    // memmem of glibc and musl is linear whatever the bytes; string_view::find is not.
    const void* at = memmem(m_text.data() + from, m_text.size() - from, key.data(), key.size());
    if (at == nullptr)
      return std::nullopt;
    const auto found = static_cast<size_t>(static_cast<const char*>(at) - m_text.data());
    const std::string_view line = line_at(m_text, found);
    const size_t position = static_cast<size_t>(line.data() - m_text.data());
    if ((rule.stage == Stage::other || rule.stage == stage_at(position)) && !is_quoted_source(line))
      if (auto captures = pattern.match(line)) {
        if (rule.where == "{object}" && !contains(rule.pattern, "{object"))
          captures->emplace_back("object", object_near(position));
        return Hit{position, std::move(*captures)};
      }
    from = position + line.size() + 1;
  }
  return std::nullopt;
}

std::vector<std::string> BuildLog::lines_with(std::string_view parts, size_t limit) const {
  std::vector<std::string_view> wanted;
  while (!parts.empty()) {
    const size_t bar = std::min(parts.find('|'), parts.size());
    if (parts.substr(0, bar) != "$")
      wanted.push_back(parts.substr(0, bar));
    parts.remove_prefix(std::min(bar + 1, parts.size()));
  }
  std::vector<std::string> out;
  if (wanted.empty())
    return out;
  for (LogLines lines(m_text); out.size() < limit && lines.next();) {
    const std::string_view line = message_of(lines.line());
    const auto is_wanted = [&](std::string_view part) { return contains(line, part); };
    if (std::any_of(wanted.begin(), wanted.end(), is_wanted))
      if (std::string shown = shortened(line, 160);
          std::find(out.begin(), out.end(), shown) == out.end())
        out.push_back(std::move(shown));
  }
  return out;
}

std::string BuildLog::object_near(size_t position) const {
  // What create-diff-object says of one object is short; a log that names none is not read for each line of it.
  constexpr int k_lines = 100;
  LogLines lines(m_text.substr(position));
  for (int i = 0; i < k_lines && lines.next(); ++i) {
    const auto line = trimmed(lines.line());
    const bool is_its_error =
        line.starts_with("ERROR: ") || contains(line, "create-diff-object: ERROR: ");
    if (i == 0 || is_its_error)
      if (const auto object = object_in(line); !object.empty())
        return std::string(object);
  }
  return {};
}

std::string BuildLog::object_path(const std::string& object) const {
  if (object.find('/') != std::string::npos)
    return object;
  std::string found;
  for (LogLines lines(m_text); lines.next();) {
    const std::string_view line = trimmed(lines.line());
    if (!line.starts_with("CC ") || !line.ends_with("/" + object))
      continue;
    const std::string path(last_word(line));
    if (!found.empty() && found != path && stage_at(lines.position()) == Stage::patched)
      return object; // two of one name
    if (stage_at(lines.position()) == Stage::patched)
      found = path;
  }
  return found.empty() ? object : found;
}

} // namespace kpb::builders
