// SPDX-License-Identifier: GPL-2.0-only
//
// Jobs on a cluster whose nodes share the result directory and the store. Jobs that are started together become
// one job array. Each job leaves its exit status in a file. Slurm is only asked which jobs are in its queue, so its
// accounting is not needed, and its controller need not be reachable all the time. If the run that submitted them
// ends, the jobs continue; a last job waits for them and then continues the run.
#ifndef KPB_CORE_SERIES_SLURM_ENGINE_HPP
#define KPB_CORE_SERIES_SLURM_ENGINE_HPP

#include "core/plugin/context.hpp"
#include "core/series/engine.hpp"
#include "core/series/result_directory.hpp"

namespace kpb {

struct SlurmRequest {
  ResultDirectory output;
  std::vector<std::string> again;       // the command line that continues this run
  std::vector<std::string> environment; // for that command, and for Slurm's programs
  std::vector<std::string> secrets;     // names of variables whose values are written to no file
  std::optional<std::string> partition; // used if the manifest names none
  uint64_t at_once = 0;                 // jobs of an array that may run at a time; 0: all
};

// Whether Slurm's programs are installed.
bool can_reach_slurm(Context& context);
// Null after a report: one of Slurm's programs is not installed.
std::unique_ptr<SeriesEngine> make_slurm_engine(Context& context, SlurmRequest request);

} // namespace kpb

#endif
