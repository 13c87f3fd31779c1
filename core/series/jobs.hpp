// SPDX-License-Identifier: GPL-2.0-only
//
// Jobs as an engine takes them, made from a plan's cells and kernels: command, environment, log, a directory for
// what they make. And the reverse: what a job's end and its log say.
#ifndef KPB_CORE_SERIES_JOBS_HPP
#define KPB_CORE_SERIES_JOBS_HPP

#include "core/series/kernel_keys.hpp"
#include "core/series/run.hpp"

namespace kpb {

// What went wrong with a job: one line, and what its own words advise.
struct JobFailure {
  std::string why, hint;
  Fault fault = Fault::tool;
};

class SeriesJobs {
public:
  // `local`: jobs run on this machine, with its variables.
  SeriesJobs(const SeriesPlan& plan, const SeriesRequest& request, Context& context, bool local);

  // Both make the job's directory, and begin its log with the command line. `compile`: the original, too.
  Result<EngineJob> prime(const SeriesKernel& kernel, const std::string& name, uint64_t processors,
                          bool compile);
  Result<EngineJob> cell(const SeriesCell& cell, const std::string& identity,
                         const std::string& kernel_id, uint64_t processors);

  // Of a job that was no success, by its end and its log.
  JobFailure diagnose(const std::string& name, const EngineEnd& end);
  // Which kernel a prime job made, by its log.
  std::optional<KernelKey> made_kernel(const std::string& name);

private:
  Result<EngineJob> finish(EngineJob job);
  std::vector<std::string> environment() const;
  void sweep(const std::string& directory);

  const SeriesPlan& m_plan;
  const SeriesRequest& m_request;
  Context& m_context;
  bool m_local;
  std::vector<std::string> m_secrets; // names of variables
};

} // namespace kpb

#endif
