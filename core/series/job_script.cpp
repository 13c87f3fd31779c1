// SPDX-License-Identifier: GPL-2.0-only
//
// See job_script.hpp.
#include "core/series/job_script.hpp"

#include "core/base/text.hpp"
#include "core/series/cell_command.hpp"

namespace kpb {

namespace {

constexpr uint64_t k_max_status = 64ULL << 20U;

} // namespace

std::string job_script(const EngineJob& job, const std::string& status_file) {
  const std::string status = shell_line({status_file});
  // A job that the cluster starts again begins from the beginning, so the status that it left is removed first.
  std::string out = "#!/bin/sh\n# " + job.name + "\nrm -f " + status + "\n";
  for (const auto& variable : job.environment)
    out += "export " + shell_line({variable}) + "\n";
  if (!job.output.empty())
    out += "mkdir -p " + shell_line({job.output}) + "\n";
  return out + shell_line(job.command) + " >>" + shell_line({job.log}) +
         " 2>&1 </dev/null\nstatus=$?\necho $status >" + status + ".tmp && mv " + status + ".tmp " +
         status + "\nexit $status\n";
}

std::optional<std::string> checked_job_script(const EngineJob& job,
                                              const std::string& status_file) {
  std::string script = job_script(job, status_file);
  std::vector<std::vector<std::string>> expected = {{"rm", "-f", status_file}};
  for (const auto& variable : job.environment)
    expected.push_back({"export", variable});
  if (!job.output.empty())
    expected.push_back({"mkdir", "-p", job.output});
  expected.push_back(job.command);
  const std::vector<std::string> last = {">>" + job.log, "2>&1", "</dev/null"};
  expected.back().insert(expected.back().end(), last.begin(), last.end());
  const std::string status = status_file + ".tmp";
  expected.push_back({"status=$?"});
  expected.push_back({"echo", "$status", ">" + status, "&&", "mv", status, status_file});
  expected.push_back({"exit", "$status"});
  const auto read = shell_commands(script);
  if (!read || *read != expected)
    return std::nullopt;
  return script;
}

std::optional<EngineEnd> end_by_status(FileSystem& files, const std::string& status_file) {
  const auto text = files.read(status_file, k_max_status);
  if (!text)
    return std::nullopt;
  const auto status = parse_unsigned(split(*text, '\n')[0], 255);
  EngineEnd end;
  end.status = status ? static_cast<int>(*status) : -1;
  if (end.status > 128) // the shell's form of a signal
    end.status = 128 - end.status;
  return end;
}

} // namespace kpb
