// SPDX-License-Identifier: GPL-2.0-only
//
// See journal.hpp. Fields are separated by tabs. No field should contain one, because names and paths were checked against
// allow-lists before; a line that would be read otherwise than it was meant is not written.
#include "core/series/journal.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include <kpb/sdk/tabbed_lines.hpp>

namespace kpb {

namespace {

constexpr size_t k_checksum = 16;
constexpr size_t k_fields = 6; // in front of the artifacts
constexpr size_t k_artifact_fields = 6;

std::string checksum(std::string_view text) { return sha256_hex(text).substr(0, k_checksum); }

std::optional<DoneArtifact> parse_artifact(const std::vector<std::string>& f, size_t at) {
  const auto size = parse_unsigned(f[at + 2], UINT64_MAX);
  const auto modified = parse_unsigned(f[at + 3], INT64_MAX);
  const auto changed = parse_unsigned(f[at + 4], INT64_MAX);
  const auto inode = parse_unsigned(f[at + 5], UINT64_MAX);
  if (!size || !modified || !changed || !inode || f[at + 1].size() != 64)
    return std::nullopt;
  return DoneArtifact{
      f[at], f[at + 1], *size, static_cast<int64_t>(*modified), static_cast<int64_t>(*changed),
      *inode};
}

} // namespace

std::string journal_line(const DoneCell& cell) {
  std::string text = std::string("cell/1\t") + cell.cell + "\t" + cell.identity + "\t" +
                     (cell.needed ? "done" : "not-needed") + "\t" + std::to_string(cell.seconds) +
                     "\t" + std::to_string(cell.artifacts.size());
  for (const auto& a : cell.artifacts)
    text += "\t" + a.path + "\t" + a.sha256 + "\t" + std::to_string(a.size) + "\t" +
            std::to_string(a.modified_ns) + "\t" + std::to_string(a.changed_ns) + "\t" +
            std::to_string(a.inode);
  return checksum(text) + "\t" + text;
}

std::optional<std::string> checked_journal_line(const DoneCell& cell) {
  std::string line = journal_line(cell);
  const auto read = parse_journal_line(line);
  if (!read || *read != cell || !tabbed_line(tabbed_words(line)))
    return std::nullopt;
  return line;
}

std::optional<DoneCell> parse_journal_line(std::string_view line) {
  if (line.size() <= k_checksum || line[k_checksum] != '\t')
    return std::nullopt;
  const auto text = line.substr(k_checksum + 1);
  if (checksum(text) != line.substr(0, k_checksum))
    return std::nullopt;
  const auto f = tabbed_words(text);
  if (f.size() < k_fields || f[0] != "cell/1" || (f[3] != "done" && f[3] != "not-needed"))
    return std::nullopt;
  const auto seconds = parse_unsigned(f[4], UINT64_MAX);
  const auto count = parse_unsigned(f[5], 1000);
  if (!seconds || !count || f.size() != k_fields + *count * k_artifact_fields)
    return std::nullopt;
  DoneCell cell{f[1], f[2], f[3] == "done", *seconds, {}};
  for (size_t i = 0; i < *count; ++i) {
    auto artifact = parse_artifact(f, k_fields + i * k_artifact_fields);
    if (!artifact)
      return std::nullopt;
    cell.artifacts.push_back(std::move(*artifact));
  }
  return cell;
}

JournalText parse_journal(std::string_view text) {
  JournalText out;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    // A last line without a newline may be complete; the checksum shows it.
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty())
      continue;
    if (auto cell = parse_journal_line(line)) {
      ++out.lines;
      std::string name = cell->cell;
      out.cells.insert_or_assign(std::move(name), std::move(*cell));
    } else {
      ++out.damaged;
    }
  }
  return out;
}

} // namespace kpb
