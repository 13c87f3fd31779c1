// SPDX-License-Identifier: GPL-2.0-only
//
// Submitting jobs to Slurm, and the list of those that were submitted: DIR/.kpb/slurm/submitted. With it a run finds
// the jobs of an earlier one that has ended before they did.
#ifndef KPB_CORE_SERIES_SLURM_SUBMISSION_HPP
#define KPB_CORE_SERIES_SLURM_SUBMISSION_HPP

#include "core/series/slurm_programs.hpp"

namespace kpb {

struct SlurmTask {
  EngineJob job;
  std::string id;           // "123_4"; "" until it is submitted
  std::string status_file;  // beside its script
  double since = 0;         // when it was given to the engine
  double missing_since = 0; // when it was first found in no queue; 0: it was not
};

class SlurmSubmission {
public:
  SlurmSubmission(Context& context, const SlurmRequest& request, SlurmPrograms& programs)
      : m_context(context), m_request(request), m_programs(programs) {}

  // Makes arrays of the tasks, one for each set of options, and a last job that continues the series when all of them
  // have ended. False after a report.
  bool submit(const std::vector<SlurmTask*>& tasks);
  // The last jobs of all submissions.
  const std::vector<std::string>& last_jobs() const { return m_last_jobs; }

  // What earlier runs have submitted, by the job's name.
  std::map<std::string, SlurmTask> submitted() const;
  void forget_submitted();

private:
  std::string own() const { return m_request.output.own() + "/slurm"; }
  std::string list() const { return own() + "/submitted"; }
  std::optional<std::string> write_scripts(const std::vector<SlurmTask*>& tasks);
  std::optional<std::string> submit_array(const std::vector<std::string>& options,
                                          const std::vector<SlurmTask*>& tasks);
  bool write_down(const std::string& id, const std::vector<SlurmTask*>& tasks);
  bool submit_last_job(const std::vector<std::string>& jobs, const std::string& directory);
  bool cannot_write(const SystemError& error);
  bool cannot_be_read(const std::string& what);

  Context& m_context;
  const SlurmRequest& m_request;
  SlurmPrograms& m_programs;
  std::vector<std::string> m_last_jobs;
};

} // namespace kpb

#endif
