// SPDX-License-Identifier: GPL-2.0-only
//
// What a manifest says of a cell, and a run adds, as a build's request. A cell's job gets it as a command line
// (cell_command.hpp); naming, and the old command line, ask for it in their own process.
#ifndef KPB_CORE_SERIES_CELL_REQUEST_HPP
#define KPB_CORE_SERIES_CELL_REQUEST_HPP

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
  std::optional<std::string> output;
  std::string report;
  std::optional<uint64_t> processors;
};

// With the first three.
CellJob job_of(const SeriesPlan& plan, const SeriesCell& cell, const Context& context);

// What is said of a kernel, with the name that it has in the plan.
void put_kernel(BuildRequest& request, const SeriesKernel& kernel);
// Paths in it are as absolute as the manifest's directory. What would be of no use for the cell is left out.
BuildRequest cell_request(const SeriesPlan& plan, const SeriesCell& cell, const JobWords& words,
                          const SeriesSigning& signing, const CellJob& job);
// What `kpb kernel add` needs to prepare a kernel.
BuildRequest prime_request(const SeriesPlan& plan, const SeriesKernel& kernel);

} // namespace kpb

#endif
