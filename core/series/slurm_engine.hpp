// SPDX-License-Identifier: GPL-2.0-only
//
// Jobs on a cluster whose nodes share the result directory and the store. Jobs that are started together become
// one job array. What a job ended with it leaves in a file; Slurm is asked only which jobs are still there, so
// that neither its accounting nor its controller has to be reachable all the time. Who submitted may vanish: the
// jobs go on, and a last one, which waits for them, is this very run again.
#ifndef KPB_CORE_SERIES_SLURM_ENGINE_HPP
#define KPB_CORE_SERIES_SLURM_ENGINE_HPP

#include "core/plugin/context.hpp"
#include "core/series/engine.hpp"
#include "core/series/result_directory.hpp"

namespace kpb {

struct SlurmRequest {
  ResultDirectory output;
  std::vector<std::string> again;       // the command line of this run
  std::vector<std::string> environment; // what it needs of ours, and Slurm's programs
  std::vector<std::string> secrets;     // names of variables that stand in no file
  std::optional<std::string> partition; // where the manifest names none
  uint64_t at_once = 0;                 // jobs of an array that may run at a time; 0: all
};

// Whether Slurm's programs are here.
bool can_reach_slurm(Context& context);
// Null after a report: a program of Slurm is not there.
std::unique_ptr<SeriesEngine> make_slurm_engine(Context& context, SlurmRequest request);

} // namespace kpb

#endif
