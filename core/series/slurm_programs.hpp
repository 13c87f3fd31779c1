// SPDX-License-Identifier: GPL-2.0-only
//
// The four programs of Slurm that kpb runs: sbatch, squeue, scontrol and scancel.
#ifndef KPB_CORE_SERIES_SLURM_PROGRAMS_HPP
#define KPB_CORE_SERIES_SLURM_PROGRAMS_HPP

#include "core/series/slurm_engine.hpp"

#include <map>

namespace kpb {

// Reports that something cannot be done with Slurm. Returns false.
bool slurm_failed(Context& context, const std::string& what, const std::string& why);

class SlurmPrograms {
public:
  // Null after a report: one of the programs is not installed.
  static std::unique_ptr<SlurmPrograms> find(Context& context, const SlurmRequest& request);

  // The number of the job that sbatch makes of `script`. Nothing after a report.
  std::optional<std::string> submit(const std::string& job_name,
                                    const std::vector<std::string>& options,
                                    const std::string& script);
  // The jobs in the queue, with their states. Nothing when Slurm does not answer.
  std::optional<std::map<std::string, std::string>> queue();
  // "" when Slurm does not know the job any more.
  std::string state(const std::string& job);
  void cancel(const std::vector<std::string>& jobs);

private:
  SlurmPrograms(Context& context, const SlurmRequest& request)
      : m_context(context), m_request(request) {}
  std::optional<Outcome> run(const std::string& program, std::vector<std::string> arguments);

  Context& m_context;
  const SlurmRequest& m_request;
  // An interrupt must not end the program that asks Slurm to end our jobs because of it.
  NoInterrupts m_no_interrupts;
  std::unique_ptr<ProcessRunner> m_processes = make_real_process_runner(m_no_interrupts);
  std::map<std::string, std::string> m_paths;
};

} // namespace kpb

#endif
