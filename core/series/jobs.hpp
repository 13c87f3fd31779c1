// SPDX-License-Identifier: GPL-2.0-only
//
// Jobs as an engine takes them, made from a plan's cells and kernels: command, environment, log, a directory for
// what they make. And afterwards: what a job's end, its report and its log say about it.
#ifndef KPB_CORE_SERIES_JOBS_HPP
#define KPB_CORE_SERIES_JOBS_HPP

#include "core/series/kernel_keys.hpp"
#include "core/series/results.hpp"
#include "core/series/run.hpp"

namespace kpb {

// What went wrong with a job: one line, and the hint that the job itself gave.
struct JobFailure {
  std::string why, hint = {};
  Fault fault = Fault::tool;
};

class SeriesJobs {
public:
  // `local`: jobs run on this machine, with its variables.
  SeriesJobs(const SeriesPlan& plan, const SeriesRequest& request, Context& context, bool local);

  // Both make the job's directory, and begin its log with the command line. `compile`: the kernel's original is
  // compiled, too.
  Result<EngineJob> prime(const SeriesKernel& kernel, const std::string& name, uint64_t processors,
                          bool compile);
  Result<EngineJob> cell(const SeriesCell& cell, const std::string& identity,
                         const std::string& kernel_id, uint64_t processors);

  // What the last job of that name and identity reported, if it did.
  std::optional<JobReport> report(const std::string& name, const std::string& identity) const;
  // Which kernel a job prepared, or why it failed.
  tl::expected<KernelKey, JobFailure> judge_kernel(const std::string& name, const EngineEnd& end);
  // What a cell's job made (moved from `output` to its place), if its end, its report and its artifacts agree;
  // else why it failed.
  tl::expected<DoneCell, JobFailure> judge_cell(const SeriesCell& cell, const std::string& identity,
                                                const EngineEnd& end,
                                                const std::optional<JobReport>& report,
                                                const std::string& output, Results& results);

private:
  JobFailure diagnose(const std::string& name, const EngineEnd& end);
  std::optional<KernelKey> made_kernel(const std::string& name);
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
