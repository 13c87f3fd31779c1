// SPDX-License-Identifier: GPL-2.0-only
//
// What a result directory remembers of finished cells: a text file that only grows, a line for each, with a
// checksum. Text and not a database, because the only question at a damaged place is where the next line
// begins; docs/decisions.md has what was compared. A line that is cut or damaged is not believed. It costs
// a look at the artifacts, never a wrong answer: also of a good one nothing is believed that they do not show.
#ifndef KPB_CORE_SERIES_JOURNAL_HPP
#define KPB_CORE_SERIES_JOURNAL_HPP

#include "core/system/append_file.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace kpb {

struct DoneArtifact {
  std::string path; // in the result directory: FORMAT/KERNEL/NAME
  std::string sha256;
  // As the file was when its digest was taken.
  uint64_t size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;
  uint64_t inode = 0;

  bool same_file(const FileInfo& info) const {
    return size == info.size && modified_ns == info.modified_ns && changed_ns == info.changed_ns &&
           inode == info.inode;
  }
  void note(const FileInfo& info) {
    size = info.size;
    modified_ns = info.modified_ns;
    changed_ns = info.changed_ns;
    inode = info.inode;
  }
};

struct DoneCell {
  std::string cell;
  std::string identity;
  bool needed = true;   // false: its kernel has the patches already
  uint64_t seconds = 0; // that it took
  std::vector<DoneArtifact> artifacts;
};

std::string journal_line(const DoneCell& cell);
// Nothing for a line that is not whole.
std::optional<DoneCell> parse_journal_line(std::string_view line);

// The last word on each cell.
using Remembered = std::unordered_map<std::string, DoneCell>;
struct JournalText {
  Remembered cells;
  size_t lines = 0;   // whole ones
  size_t damaged = 0; // others
};
JournalText parse_journal(std::string_view text);

} // namespace kpb

#endif
