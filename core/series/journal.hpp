// SPDX-License-Identifier: GPL-2.0-only
//
// What a result directory remembers about finished cells: a text file that only grows, with one line and a checksum
// for each. It is text and not a database because at a damaged place the only question is where the next line
// begins (docs/decisions.md compares them). A damaged line is ignored: then the cell's report and artifacts are looked
// at. Even a good line is never believed without looking at the artifacts.
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

  bool operator==(const DoneArtifact&) const = default;
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
  uint64_t seconds = 0; // how long its job took
  std::vector<DoneArtifact> artifacts;

  bool operator==(const DoneCell&) const = default;
};

std::string journal_line(const DoneCell& cell);
// The same; nothing if parse_journal_line() would not give the cell back, or if it were more lines than one.
std::optional<std::string> checked_journal_line(const DoneCell& cell);
// Nothing for a line that is cut or damaged.
std::optional<DoneCell> parse_journal_line(std::string_view line);

// The last line of each cell.
using Remembered = std::unordered_map<std::string, DoneCell>;
struct JournalText {
  Remembered cells;
  size_t lines = 0; // good ones
  size_t damaged = 0;
};
JournalText parse_journal(std::string_view text);

} // namespace kpb

#endif
