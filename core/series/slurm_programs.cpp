// SPDX-License-Identifier: GPL-2.0-only
//
// See slurm_programs.hpp.
#include "core/series/slurm_programs.hpp"

#include "core/base/text.hpp"
#include "core/run/tools.hpp"
#include "core/series/slurm_script.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr const char* k_programs[] = {"sbatch", "squeue", "scontrol", "scancel"};
constexpr unsigned k_patience = 120; // seconds that a program may take

} // namespace

bool can_reach_slurm(Context& context) {
  Tools tools(context.files, context.environment, context.processes);
  return std::all_of(std::begin(k_programs), std::end(k_programs),
                     [&](const char* name) { return tools.find(name).has_value(); });
}

bool slurm_failed(Context& context, const std::string& what, const std::string& why) {
  return fail(context.diagnostics, {.fault = Fault::environment,
                                    .code = "series-slurm",
                                    .what = what,
                                    .why = why,
                                    .hint = "see sinfo and squeue for the state of the cluster"});
}

std::unique_ptr<SlurmPrograms> SlurmPrograms::find(Context& context, const SlurmRequest& request) {
  Tools tools(context.files, context.environment, context.processes);
  std::unique_ptr<SlurmPrograms> out(new SlurmPrograms(context, request));
  for (const char* name : k_programs) {
    const auto path = tools.find(name);
    if (!path) {
      fail(context.diagnostics, {.fault = Fault::environment,
                                 .code = "series-slurm",
                                 .what = tools.missing(name),
                                 .why = "--engine slurm submits the jobs to Slurm",
                                 .hint = "install Slurm's programs (slurm-client)"});
      return nullptr;
    }
    out->m_paths[name] = *path;
  }
  return out;
}

std::optional<Outcome> SlurmPrograms::run(const std::string& program,
                                          std::vector<std::string> arguments) {
  ProcessCommand command;
  command.arguments = std::move(arguments);
  command.arguments.insert(command.arguments.begin(), m_paths.at(program));
  command.directory = "/";
  command.environment = m_request.environment;
  for (const auto& name : m_request.secrets)
    if (const auto value = m_context.environment.variable(name))
      command.environment.push_back(name + "=" + *value);
  command.time_limit = k_patience;
  const auto outcome = m_processes->run(command);
  return outcome ? std::optional(*outcome) : std::nullopt;
}

std::optional<std::string> SlurmPrograms::submit(const std::string& job_name,
                                                 const std::vector<std::string>& options,
                                                 const std::string& script) {
  std::vector<std::string> arguments = {"--parsable", "--job-name=" + job_name, "--chdir=/"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back(script);
  const auto outcome = run("sbatch", std::move(arguments));
  // "123", or "123;CLUSTER"
  const std::string said = outcome ? last_lines(outcome->output, 1) : "";
  const std::string id = said.substr(0, said.find(';'));
  if (outcome && outcome->exit_status == 0 && parse_unsigned(id, UINT32_MAX))
    return id;
  slurm_failed(m_context, "sbatch refused the jobs",
               outcome ? shown(last_lines(outcome->output, 1)) : "it cannot be run");
  return std::nullopt;
}

std::optional<std::map<std::string, std::string>> SlurmPrograms::queue() {
  const auto outcome = run("squeue", {"-h", "-r", "-o", "%i %T"});
  if (!outcome || outcome->exit_status != 0)
    return std::nullopt;
  return parse_squeue(outcome->output);
}

std::string SlurmPrograms::state(const std::string& job) {
  const auto outcome = run("scontrol", {"-o", "show", "job", job});
  return outcome ? scontrol_value(outcome->output, "JobState") : "";
}

void SlurmPrograms::cancel(const std::vector<std::string>& jobs) {
  if (!jobs.empty())
    run("scancel", jobs);
}

} // namespace kpb
