// SPDX-License-Identifier: GPL-2.0-only
//
// A builder's log with its phases, and the search for one row of a table in it. Every question costs
// at most one pass over the log: it may be 4 MiB of anything.
#ifndef KPB_PLUGINS_COMMON_DIFF_BUILDER_BUILD_LOG_HPP
#define KPB_PLUGINS_COMMON_DIFF_BUILDER_BUILD_LOG_HPP

#include "rule.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kpb::builders {

struct Hit {
  size_t position; // of the line
  Captures captures;
};

class BuildLog {
public:
  BuildLog(Tool tool, std::string_view text);
  std::string_view text() const { return m_text; }

  // The phase that was reached; null before the first one.
  const Phase* last_phase() const { return m_marks.empty() ? nullptr : m_marks.back().second; }
  // The first line at or after `from` that the rule describes.
  std::optional<Hit> find(const Rule& rule, size_t from = 0) const;
  // Lines with one of the parts ("A|B"), each once, at most `limit`.
  std::vector<std::string> lines_with(std::string_view parts, size_t limit) const;
  // The object that the line at `position` is about: in the line, or as create-diff-object names it at the end of what
  // it says of one; "" if neither does.
  std::string object_near(size_t position) const;
  // "cmdline.o" as make named it while it compiled the patched source: "fs/proc/cmdline.o".
  std::string object_path(const std::string& object) const;

private:
  Stage stage_at(size_t position) const;

  std::string_view m_text;
  std::vector<std::pair<size_t, const Phase*>> m_marks; // by position
};

} // namespace kpb::builders

#endif
