// SPDX-License-Identifier: GPL-2.0-only
//
// Any bytes as what a result directory remembers: the journal's lines, SHA256SUMS and a job's script. What is read of
// them can be written again, and is then the same.
#include "core/base/sha256.hpp"
#include "core/series/cell_command.hpp"
#include "core/series/journal.hpp"
#include "core/series/sums.hpp"
#include "fuzz.hpp"

using kpb_fuzz::require;

namespace {

void read_line(std::string_view line) {
  const auto cell = kpb::parse_journal_line(line);
  if (!cell)
    return;
  const auto again = kpb::checked_journal_line(*cell);
  // A control character can stand in a line that somebody else wrote; kpb would not write it.
  require(!again || kpb::parse_journal_line(*again) == cell, "a line says the same again");
}

} // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = kpb_fuzz::text_of(data, size);
  const auto journal = kpb::parse_journal(text);
  require(journal.cells.size() <= journal.lines, "a cell has a line");
  read_line(text.substr(0, text.find('\n')));
  // The same with a checksum that is right, which mutations never find.
  read_line(kpb::sha256_hex(text).substr(0, 16) + "\t" + std::string(text));
  if (const auto sums = kpb::parse_sums(text))
    require(kpb::sums_text(*sums).has_value(), "sums can be written again");
  if (const auto commands = kpb::shell_commands(text))
    for (const auto& words : *commands) {
      require(!words.empty(), "a command has a word");
      const auto again = kpb::shell_commands(kpb::shell_line(words));
      require(again && again->size() == 1 && (*again)[0] == words, "which a shell reads again");
    }
  return 0;
}
