// SPDX-License-Identifier: GPL-2.0-only
//
// See slurm_script.hpp.
#include "core/series/slurm_script.hpp"

#include "core/base/text.hpp"
#include "core/series/cell_command.hpp"

namespace kpb {

std::string slurm_array_script(const std::string& directory) {
  return "#!/bin/sh\nexec sh " + shell_line({directory}) + "/\"$SLURM_ARRAY_TASK_ID\".sh\n";
}

std::vector<std::string> slurm_options(const EngineJob& job,
                                       const std::optional<std::string>& partition) {
  std::vector<std::string> out = {
      "--requeue", "--cpus-per-task=" + std::to_string(job.processors),
      "--export=" + (job.handed_over.empty() ? "NIL" : join(job.handed_over, ","))};
  if (const auto name = job.limits.partition ? job.limits.partition : partition)
    out.push_back("--partition=" + *name);
  if (job.limits.memory)
    out.push_back("--mem=" + std::to_string(*job.limits.memory >> 20U) + "M");
  if (job.limits.time) { // in whole minutes
    constexpr uint64_t k_minute = 60;
    out.push_back("--time=" + std::to_string((*job.limits.time + k_minute - 1) / k_minute));
  }
  return out;
}

std::map<std::string, std::string> parse_squeue(std::string_view text) {
  std::map<std::string, std::string> out;
  for (const auto& line : split(text, '\n'))
    if (const size_t blank = line.find(' '); blank != std::string::npos)
      out[line.substr(0, blank)] = line.substr(blank + 1);
  return out;
}

std::string scontrol_value(std::string_view text, const std::string& key) {
  for (const auto& word : split(text, ' '))
    if (word.starts_with(key + "="))
      return word.substr(key.size() + 1);
  return "";
}

EngineEnd slurm_end(const std::string& state) {
  EngineEnd end;
  if (state == "TIMEOUT" || state == "DEADLINE")
    end.how = EngineEnd::How::time;
  else if (state == "OUT_OF_MEMORY")
    end.how = EngineEnd::How::memory;
  else
    end.how = EngineEnd::How::lost;
  end.status = -1;
  end.why = state.empty() ? "Slurm no longer knows its job, and the job left no status"
                          : "Slurm ended its job: " + state;
  return end;
}

} // namespace kpb
