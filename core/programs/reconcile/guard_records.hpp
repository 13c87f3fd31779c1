// SPDX-License-Identifier: GPL-2.0-only
//
// The crash guard's records and their form on disk: two files, guard.0 and guard.1, written in
// turn. A power failure can spoil the one that is being written, but never both; and a file that
// keeps its size needs no new disk space.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_GUARD_RECORDS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_GUARD_RECORDS_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kpb::runtime {

struct GuardEntry {
  enum class Kind {
    attempt, // it is being loaded, or was loaded recently
    blocked, // the machine crashed during an attempt, or too often in a row
    settled, // it was watched once without a crash
  };
  Kind kind = Kind::attempt;
  std::string module;
  std::string sha256;
  std::string kernel;
  std::string boot;  // of the attempt
  uint64_t when = 0; // milliseconds since that boot
  // Of a settled or blocked one: the boots in a row that ended in a crash during an attempt.
  uint64_t crashes = 0;

  bool of(const std::string& other_module, const std::string& digest,
          const std::string& release) const {
    return module == other_module && sha256 == digest && kernel == release;
  }
};

struct GuardRecords {
  enum class Condition {
    whole,
    one_copy,   // the other one is spoilt: a write was cut off, or the disk has lost something
    unfinished, // the very first write was cut off: nothing had been recorded before
    unreadable, // there are records, but none is complete
  };
  uint64_t sequence = 0;
  std::vector<GuardEntry> entries;
  Condition condition = Condition::whole;

  std::string text() const; // for one file, padded to a size that is rarely exceeded
};

// False if the text is not complete.
bool parse_guard(std::string_view text, GuardRecords& out);

// The newer complete one of the two; empty if there is none.
GuardRecords read_guard(Files& files);
// Returns an errno; then the older file may be spoilt, but the newer one is intact.
int write_guard(Files& files, GuardRecords& records);

} // namespace kpb::runtime

#endif
