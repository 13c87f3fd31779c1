// SPDX-License-Identifier: GPL-2.0-only
//
// What Slurm is given: the script of a job, the command lines of sbatch, and what squeue and scontrol answer.
// Words only, so that all of it can be tested without a cluster.
#ifndef KPB_CORE_SERIES_SLURM_SCRIPT_HPP
#define KPB_CORE_SERIES_SLURM_SCRIPT_HPP

#include "core/series/engine.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// Runs a job's command in its environment, its output to its log, and leaves its status in a file, by a rename.
std::string slurm_script(const EngineJob& job, const std::string& status_file);
// The script of an array: DIRECTORY/0.sh, DIRECTORY/1.sh, ...
std::string slurm_array_script(const std::string& directory);

// Jobs that can be of one array: what sbatch says is the same.
std::vector<std::string> slurm_options(const EngineJob& job,
                                       const std::optional<std::string>& partition);

// "123_4 RUNNING" a line, of squeue -h -r -o "%i %T".
std::map<std::string, std::string> parse_squeue(std::string_view text);
// The value of KEY=VALUE in what scontrol -o show job prints; "" where it is not.
std::string scontrol_value(std::string_view text, const std::string& key);
// How a job ended that left no status, by its state.
EngineEnd slurm_end(const std::string& state);

} // namespace kpb

#endif
