// SPDX-License-Identifier: GPL-2.0-only
//
// What Slurm is given (the script of an array, the options of sbatch) and what squeue and scontrol answer. All of it
// is text, so it can be tested without a cluster.
#ifndef KPB_CORE_SERIES_SLURM_SCRIPT_HPP
#define KPB_CORE_SERIES_SLURM_SCRIPT_HPP

#include "core/series/engine.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// The script of an array: DIRECTORY/0.sh, DIRECTORY/1.sh, ...
std::string slurm_array_script(const std::string& directory);

// The options of sbatch for a job. Jobs with the same ones can be in one array.
std::vector<std::string> slurm_options(const EngineJob& job,
                                       const std::optional<std::string>& partition);

// Reads the lines "123_4 RUNNING" of squeue -h -r -o "%i %T".
std::map<std::string, std::string> parse_squeue(std::string_view text);
// The value of KEY=VALUE in the output of scontrol -o show job; "" if it is not in it.
std::string scontrol_value(std::string_view text, const std::string& key);
// How a job ended that has left no status, by its state in Slurm.
EngineEnd slurm_end(const std::string& state);

} // namespace kpb

#endif
