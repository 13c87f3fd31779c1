// SPDX-License-Identifier: GPL-2.0-only
//
// See jobs.hpp.
#include "core/series/jobs.hpp"

#include "core/base/text.hpp"
#include "core/model/own_fields.hpp"

#include <algorithm>
#include <unistd.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_file = 1ULL << 30U;
constexpr std::string_view k_error = "kpb: error: ", k_hint = "hint: ";

} // namespace

SeriesJobs::SeriesJobs(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
                       bool local)
    : m_plan(plan), m_request(request), m_context(context), m_local(local),
      m_secrets(request.signing.request.variables) {
  m_secrets.emplace_back(k_sign_pin);
}

Result<EngineJob> SeriesJobs::prime(const SeriesKernel& kernel, const std::string& name,
                                    uint64_t processors, bool compile) {
  EngineJob job;
  job.name = name;
  job.processors = processors;
  job.command = prime_command(m_plan, kernel, m_request.words, processors, compile);
  job.limits = kernel.given->limits;
  if (const auto made = m_context.files.make_directory(m_request.output.job(name), 0755); !made)
    return tl::unexpected(made.error());
  return finish(std::move(job));
}

Result<EngineJob> SeriesJobs::cell(const SeriesCell& cell, const std::string& identity,
                                   const std::string& kernel_id, uint64_t processors) {
  auto& files = m_context.files;
  EngineJob job;
  job.name = m_plan.name_of(cell);
  const std::string directory = m_request.output.job(job.name);
  if (const auto made = files.make_directory(directory, 0755); !made)
    return tl::unexpected(made.error());
  sweep(directory);
  const auto out = files.make_private_directory(directory, "out-", "");
  if (!out)
    return tl::unexpected(out.error());
  CellJob words = job_of(m_plan, cell, m_context);
  words.kernel_id = kernel_id;
  words.output = *out;
  words.report = m_request.output.report(job.name, identity);
  words.processors = processors;
  const auto& kernel = m_plan.kernel_of(cell);
  job.command = cell_command(m_plan, cell, m_request.words, m_request.signing, words);
  job.limits = (kernel.given == nullptr ? Limits{} : kernel.given->limits)
                   .or_else(m_plan.package_of(cell).limits);
  job.processors = processors;
  job.output = *out;
  job.tag = identity;
  auto finished = finish(std::move(job));
  if (!finished) [[maybe_unused]]
    const auto removed = files.remove_tree(*out);
  return finished;
}

Result<EngineJob> SeriesJobs::finish(EngineJob job) {
  auto& files = m_context.files;
  job.environment = environment();
  for (const auto& name : m_secrets)
    if (m_context.environment.variable(name))
      job.handed_over.push_back(name);
  job.log = m_request.output.log(job.name);
  Status put;
  if (files.stat(job.log, /*follow=*/false))
    put = files.remove(job.log);
  if (put)
    put = files.write_new(job.log, "+ " + shell_line(job.command) + "\n", 0644, false);
  if (!put)
    return tl::unexpected(put.error());
  return job;
}

std::vector<std::string> SeriesJobs::environment() const {
  std::vector<std::string> names = {"PATH",
                                    "HOME",
                                    "XDG_CACHE_HOME",
                                    "KPB_STORE",
                                    "KPB_STORE_LIMIT",
                                    "KPB_PLUGIN_PATH",
                                    "SOURCE_DATE_EPOCH"};
  // Another machine has a TMPDIR of its own; secrets reach it in another way.
  std::vector<std::string> out = {"LC_ALL=C.UTF-8", "KPB_STEPS=1"};
  if (m_local) {
    names.emplace_back("TMPDIR");
    names.insert(names.end(), m_secrets.begin(), m_secrets.end());
    out.push_back("KPB_SERIES_PID=" + std::to_string(::getpid()));
  }
  for (const auto& name : names)
    if (const auto value = m_context.environment.variable(name))
      out.push_back(name + "=" + *value);
  return out;
}

// Removes what killed jobs of this cell have left, and the reports about its former identities.
void SeriesJobs::sweep(const std::string& directory) {
  const auto names = m_context.files.list(directory);
  for (const auto& name : names ? *names : std::vector<std::string>{}) {
    if (name.starts_with("out-")) [[maybe_unused]]
      const auto removed = m_context.files.remove_tree(directory + "/" + name);
    else if (name.ends_with(".json") || name.ends_with(".tmp")) [[maybe_unused]]
      const auto removed = m_context.files.remove(directory + "/" + name);
  }
}

std::optional<JobReport> SeriesJobs::report(const std::string& name,
                                            const std::string& identity) const {
  const auto text = m_context.files.read(m_request.output.report(name, identity), k_max_file);
  return text ? parse_report(*text) : std::nullopt;
}

tl::expected<KernelKey, JobFailure> SeriesJobs::judge_kernel(const std::string& name,
                                                             const EngineEnd& end) {
  if (!end.succeeded())
    return tl::unexpected(diagnose(name, end));
  if (auto key = made_kernel(name))
    return std::move(*key);
  return tl::unexpected(JobFailure{"kpb kernel add did not report the kernel that it prepared"});
}

tl::expected<DoneCell, JobFailure>
SeriesJobs::judge_cell(const SeriesCell& cell, const std::string& identity, const EngineEnd& end,
                       const std::optional<JobReport>& report, const std::string& output,
                       Results& results) {
  const auto unbelievable = [](std::string why) {
    return tl::unexpected(JobFailure{std::move(why), "", Fault::verification});
  };
  if (report && ((end.succeeded() && report->status == 0) || report->says_not_needed(cell))) {
    auto done = results.accept(cell, identity, *report, output);
    if (!done)
      return unbelievable(std::move(done.error()));
    return std::move(*done);
  }
  if (end.succeeded())
    return unbelievable("its job exited with 0, but left no report");
  JobFailure failure = diagnose(m_plan.name_of(cell), end);
  if (report && !report->message.empty() && end.how == EngineEnd::How::exited) {
    failure.why = report->message;
    failure.hint = report->hint;
  }
  return tl::unexpected(std::move(failure));
}

JobFailure SeriesJobs::diagnose(const std::string& name, const EngineEnd& end) {
  switch (end.how) {
  case EngineEnd::How::time: return {"it took longer than its time limit"};
  case EngineEnd::How::memory: return {"it used more memory than its limit"};
  case EngineEnd::How::lost: return {end.why};
  case EngineEnd::How::exited: break;
  }
  if (end.status < 0)
    return {"it was killed by signal " + std::to_string(-end.status)};
  JobFailure out;
  if (end.status == static_cast<int>(Fault::locked) ||
      (end.status >= static_cast<int>(Fault::tool) &&
       end.status <= static_cast<int>(Fault::environment)))
    out.fault = static_cast<Fault>(end.status);
  out.why = "it ended with status " + std::to_string(end.status);
  const auto log = m_context.files.read(m_request.output.log(name), k_max_file);
  const auto lines = split(log ? *log : "", '\n');
  const auto error = std::find_if(lines.begin(), lines.end(),
                                  [](const auto& line) { return line.starts_with(k_error); });
  if (error == lines.end())
    return out;
  out.why = error->substr(k_error.size());
  if (const auto next = error + 1; next != lines.end() && next->starts_with(k_hint))
    out.hint = next->substr(k_hint.size());
  return out;
}

// `kpb kernel add` prints the kernel's id as its last line.
std::optional<KernelKey> SeriesJobs::made_kernel(const std::string& name) {
  const auto log = m_context.files.read(m_request.output.log(name), k_max_file);
  const std::string id = last_lines(log ? *log : "", 1);
  const auto text =
      m_context.files.read(m_request.store + "/kernels/" + id + "/kernel.json", k_max_file);
  CollectingSink unheard;
  const auto d = text && !id.empty() ? Document::parse(*text, id, unheard, "") : std::nullopt;
  return d ? std::optional(KernelKey{id, d->text(fields::prepared::key)}) : std::nullopt;
}

} // namespace kpb
