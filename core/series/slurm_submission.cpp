// SPDX-License-Identifier: GPL-2.0-only
//
// See slurm_submission.hpp.
#include "core/series/slurm_submission.hpp"

#include "core/base/text.hpp"
#include "core/series/job_script.hpp"
#include "core/series/slurm_script.hpp"
#include "core/system/append_file.hpp"
#include <kpb/sdk/tabbed_lines.hpp>

#include <algorithm>

namespace kpb {

namespace {

constexpr uint64_t k_max_list = 64ULL << 20U;
constexpr size_t k_array =
    1000; // jobs; Slurm's own limit is 1001 unless it is configured otherwise

} // namespace

namespace {

// A line of the list of jobs, and what it says.
std::optional<std::string> line_of(const SlurmTask& task) {
  return tabbed_line({task.id, task.job.name, task.job.tag, task.job.output, task.status_file});
}

std::optional<SlurmTask> task_of(std::string_view line) {
  const auto f = tabbed_words(line);
  if (f.size() != 5)
    return std::nullopt;
  SlurmTask task;
  task.id = f[0];
  task.job.name = f[1];
  task.job.tag = f[2];
  task.job.output = f[3];
  task.status_file = f[4];
  return task;
}

} // namespace

bool SlurmSubmission::cannot_be_read(const std::string& what) {
  return slurm_failed(m_context, what + " cannot be written so that it is read as it is meant",
                      "a path or an argument contains characters that have a meaning there");
}

bool SlurmSubmission::cannot_write(const SystemError& error) {
  return slurm_failed(m_context, "the job files cannot be written", error.text());
}

bool SlurmSubmission::submit(const std::vector<SlurmTask*>& tasks) {
  std::map<std::vector<std::string>, std::vector<SlurmTask*>> arrays;
  for (auto* task : tasks)
    arrays[slurm_options(task->job, m_request.partition)].push_back(task);
  std::vector<std::string> jobs;
  for (const auto& [options, all] : arrays)
    for (size_t at = 0; at < all.size(); at += k_array) {
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = std::min(k_array, all.size() - at);
      const auto id = submit_array(options, {first, first + static_cast<std::ptrdiff_t>(count)});
      if (!id)
        return false;
      jobs.push_back(*id);
    }
  return jobs.empty() || submit_last_job(jobs, parent_path(tasks.back()->status_file));
}

// DIRECTORY/0.sh, DIRECTORY/1.sh, ... and DIRECTORY/array, which runs one of them. The directory; nothing after a
// report.
std::optional<std::string> SlurmSubmission::write_scripts(const std::vector<SlurmTask*>& tasks) {
  auto& files = m_context.files;
  const auto made = files.make_directory(own(), 0755);
  const auto directory =
      made ? files.make_private_directory(own(), "array-", "") : tl::unexpected(made.error());
  if (!directory) {
    cannot_write(directory.error());
    return std::nullopt;
  }
  Status written;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::string base = *directory + "/" + std::to_string(i);
    tasks[i]->status_file = base + ".status";
    // The number that Slurm will give it is digits.
    if (!line_of(*tasks[i]) && !cannot_be_read("the list of jobs"))
      return std::nullopt;
    const auto script = checked_job_script(tasks[i]->job, tasks[i]->status_file);
    if (!script && !cannot_be_read("the script of " + shown(tasks[i]->job.name)))
      return std::nullopt;
    if (written)
      written = files.write_new(base + ".sh", *script, 0755, /*durable=*/true);
  }
  if (written)
    written = files.write_new(*directory + "/array", slurm_array_script(*directory), 0755,
                              /*durable=*/true);
  if (written)
    return *directory;
  cannot_write(written.error());
  return std::nullopt;
}

// The number of the array's job. Nothing after a report.
std::optional<std::string> SlurmSubmission::submit_array(const std::vector<std::string>& options,
                                                         const std::vector<SlurmTask*>& tasks) {
  const auto directory = write_scripts(tasks);
  if (!directory)
    return std::nullopt;
  std::vector<std::string> all = {"--output=" + *directory + "/slurm-%a.log"};
  all.insert(all.end(), options.begin(), options.end());
  all.push_back("--array=0-" + std::to_string(tasks.size() - 1) +
                (m_request.at_once == 0 ? "" : "%" + std::to_string(m_request.at_once)));
  auto id = m_programs.submit("kpb", all, *directory + "/array");
  if (!id || !write_down(*id, tasks))
    return std::nullopt;
  return id;
}

bool SlurmSubmission::write_down(const std::string& id, const std::vector<SlurmTask*>& tasks) {
  const auto file = AppendFile::open(list());
  if (!file)
    return cannot_write(file.error());
  for (size_t i = 0; i < tasks.size(); ++i) {
    SlurmTask& task = *tasks[i];
    task.id = id + "_" + std::to_string(i);
    const auto line = line_of(task);
    if (!line)
      return cannot_be_read("the list of jobs");
    if (const auto put = (*file)->append(*line); !put)
      return cannot_write(put.error());
  }
  return true;
}

std::map<std::string, SlurmTask> SlurmSubmission::submitted() const {
  std::map<std::string, SlurmTask> out;
  const auto text = m_context.files.read(list(), k_max_list);
  for (const auto& line : split(text ? *text : "", '\n'))
    if (auto task = task_of(line)) {
      std::string name = task->job.name;
      out[std::move(name)] = std::move(*task);
    }
  return out;
}

void SlurmSubmission::forget_submitted() {
  [[maybe_unused]] const auto removed = m_context.files.remove(list());
}

// The same command as this run's, when all jobs have ended. If this run still exists then, the job finds the
// result directory locked, and ends.
bool SlurmSubmission::submit_last_job(const std::vector<std::string>& jobs,
                                      const std::string& directory) {
  EngineJob job;
  job.name = "goes on";
  job.command = m_request.again;
  job.environment = m_request.environment;
  for (const auto& name : m_request.secrets)
    if (m_context.environment.variable(name))
      job.handed_over.push_back(name);
  job.log = own() + "/goes-on.log";
  const std::string script = directory + "/goes-on.sh";
  const auto text = checked_job_script(job, script + ".status");
  if (!text)
    return cannot_be_read("the script of the last job");
  if (const auto put = m_context.files.write_new(script, *text, 0755, /*durable=*/true); !put)
    return cannot_write(put.error());
  std::vector<std::string> options = {"--output=/dev/null",
                                      "--dependency=afterany:" + join(jobs, ":")};
  const auto more = slurm_options(job, m_request.partition);
  options.insert(options.end(), more.begin(), more.end());
  const auto id = m_programs.submit("kpb-goes-on", options, script);
  if (id)
    m_last_jobs.push_back(*id);
  return id.has_value();
}

} // namespace kpb
