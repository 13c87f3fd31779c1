// SPDX-License-Identifier: GPL-2.0-only
//
// The command lines of a series' jobs: `kpb build ...` for a cell and `kpb kernel add ...` for a kernel, as a
// person would type them, so that one can: all paths are absolute.
#ifndef KPB_CORE_SERIES_CELL_COMMAND_HPP
#define KPB_CORE_SERIES_CELL_COMMAND_HPP

#include "core/series/cell_request.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Paths in it are as absolute as the manifest's directory.
std::vector<std::string> cell_command(const SeriesPlan& plan, const SeriesCell& cell,
                                      const JobWords& words, const SeriesSigning& signing,
                                      const CellJob& job);
std::vector<std::string> prime_command(const SeriesPlan& plan, const SeriesKernel& kernel,
                                       const JobWords& words, uint64_t processors, bool compile);

// "kpb build ... 'a b.patch'": as a shell takes it.
std::string shell_line(const std::vector<std::string>& words);
// The words of each line of a script, as a shell takes them apart: blanks, '...', \' and comments, which is all that
// shell_line() writes. Nothing for a quote that is not closed, or a NUL, which no shell reads.
std::optional<std::vector<std::vector<std::string>>> shell_commands(std::string_view script);

} // namespace kpb

#endif
