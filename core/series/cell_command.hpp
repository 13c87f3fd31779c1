// SPDX-License-Identifier: GPL-2.0-only
//
// The command lines of a series' jobs: `kpb build ...` for a cell and `kpb kernel add ...` for a kernel, as a
// person would type them, so that one can: all paths are absolute.
#ifndef KPB_CORE_SERIES_CELL_COMMAND_HPP
#define KPB_CORE_SERIES_CELL_COMMAND_HPP

#include "core/series/identity.hpp"

namespace kpb {

// What all jobs have in common.
struct JobWords {
  std::string program;             // kpb, absolute
  std::vector<std::string> common; // --plugin-dir and the like
  std::optional<std::string> store, store_limit;
};

struct CellJob {
  std::string kind;         // SeriesPlan::kind_of
  bool builds = false;      // SeriesPlan::builds
  bool uses_kernel = false; // SeriesPlan::uses_kernel
  std::string kernel_id;    // of the prepared kernel, "" without one
  std::string output, report;
  uint64_t processors = 1;
};

// Paths in it are as absolute as the manifest's directory.
std::vector<std::string> cell_command(const SeriesPlan& plan, const SeriesCell& cell,
                                      const JobWords& words, const SeriesSigning& signing,
                                      const CellJob& job);
std::vector<std::string> prime_command(const SeriesPlan& plan, const SeriesKernel& kernel,
                                       const JobWords& words, uint64_t processors, bool compile);

// "kpb build ... 'a b.patch'": as a shell takes it.
std::string shell_line(const std::vector<std::string>& words);

} // namespace kpb

#endif
