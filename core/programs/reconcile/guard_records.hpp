// SPDX-License-Identifier: GPL-2.0-only
//
// The crash guard's records, and how they lie on disk: twice, in guard.0 and guard.1, written in turn. A power
// cut can spoil the one that is being written, never both; a file that keeps its size needs no space.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_GUARD_RECORDS_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_GUARD_RECORDS_HPP

#include "core/programs/reconcile/world.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kpb::runtime {

struct GuardEntry {
  enum class Kind {
    attempt, // it is being loaded, or was not long ago
    blocked, // the machine went down during an attempt
    settled, // it got past its guard once
  };
  Kind kind = Kind::attempt;
  std::string module;
  std::string sha256;
  std::string kernel;
  std::string boot;  // of the attempt
  uint64_t when = 0; // milliseconds since that boot

  bool of(const std::string& other_module, const std::string& digest,
          const std::string& release) const {
    return module == other_module && sha256 == digest && kernel == release;
  }
};

struct GuardRecords {
  uint64_t sequence = 0;
  std::vector<GuardEntry> entries;
  bool unreadable = false; // there are records, and none is whole

  std::string text() const; // one slot's, padded to a size that is not outgrown soon
};

// False where it is not whole.
bool parse_guard(std::string_view text, GuardRecords& out);

// The newer whole one of the two; empty where there is none.
GuardRecords read_guard(Files& files);
// An errno; the older slot then may be spoilt, the newer one is as it was.
int write_guard(Files& files, GuardRecords& records);

} // namespace kpb::runtime

#endif
