// SPDX-License-Identifier: GPL-2.0-only
//
// See slurm_engine.hpp.
#include "core/series/slurm_engine.hpp"

#include "core/base/text.hpp"
#include "core/run/tools.hpp"
#include "core/series/slurm_script.hpp"
#include "core/system/append_file.hpp"

#include <algorithm>
#include <map>

namespace kpb {

namespace {

constexpr uint64_t k_max_file = 64ULL << 20U;
constexpr double k_look = 1;         // seconds between two looks at files
constexpr double k_ask = 5;          // and between two questions to Slurm
constexpr double k_lost_after = 10;  // a job that is in no queue may still be writing its status
constexpr unsigned k_patience = 120; // of a program of Slurm's, in seconds
constexpr size_t k_array = 1000;     // jobs; Slurm's own limit is 1001 unless it is told otherwise

struct Task {
  EngineJob job;
  std::string slurm;       // "123_4"; "" until it is submitted
  std::string status_file; // beside its script
  double since = 0, missing_since = 0;
};

class SlurmEngine final : public SeriesEngine {
public:
  SlurmEngine(Context& context, SlurmRequest request, std::map<std::string, std::string> programs)
      : m_context(context), m_request(std::move(request)), m_programs(std::move(programs)) {}

  bool shares_processors() const override { return false; }

  std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink&) override {
    Task task;
    task.job = job;
    task.since = now();
    m_tasks.emplace(++m_last, std::move(task));
    m_fresh.push_back(m_last);
    return m_last;
  }

  // Jobs of an earlier run that is gone, by what was written down when they were submitted.
  std::optional<Attached> attach(const std::string& name) override {
    if (!m_read)
      read_submitted();
    const auto found = m_submitted.find(name);
    if (found == m_submitted.end())
      return std::nullopt;
    Task task = std::move(found->second);
    m_submitted.erase(found);
    const bool ended = bool(m_context.files.stat(task.status_file));
    if (!ended && m_queue.count(task.slurm) == 0)
      return std::nullopt;
    task.since = now();
    Attached out{++m_last, task.job.tag, task.job.output};
    m_tasks.emplace(m_last, std::move(task));
    return out;
  }

  std::string whereabouts(const std::string& name) override {
    if (!m_read)
      read_submitted();
    const auto found = m_submitted.find(name);
    if (found == m_submitted.end())
      return "";
    const auto& task = found->second;
    if (m_context.files.stat(task.status_file))
      return "Slurm's job " + task.slurm + " has ended; the next run takes what it made";
    const auto state = m_queue.find(task.slurm);
    return state == m_queue.end() ? "" : "Slurm's job " + task.slurm + ": " + state->second;
  }

  std::vector<EngineEnd> wait(double seconds) override {
    if (!submit_fresh())
      return give_up();
    const double until = now() + seconds;
    const bool interrupted = m_context.interrupts.pending() != 0;
    for (;;) {
      auto ended = m_stopped ? all_cancelled() : collect();
      if (!ended.empty() || (m_context.interrupts.pending() != 0 && !interrupted) || now() >= until)
        return ended;
      m_context.environment.pause(
          static_cast<unsigned>(1000 * std::min(k_look, std::max(0.01, until - now()))));
    }
  }

  void stop(bool) override {
    std::vector<std::string> words = {m_programs["scancel"]};
    for (const auto& [id, task] : m_tasks)
      if (!task.slurm.empty())
        words.push_back(task.slurm);
    for (const auto& id : m_last_jobs)
      words.push_back(id);
    if (m_stopped)
      return;
    m_stopped = true;
    if (words.size() > 1)
      run(words);
    // They may take a while to go, and nobody is to wait for them.
    [[maybe_unused]] const auto removed = m_context.files.remove(list());
  }

private:
  double now() const { return m_context.environment.seconds(); }
  std::string own() const { return m_request.output.own() + "/slurm"; }
  std::string list() const { return own() + "/submitted"; }

  std::optional<Outcome> run(const std::vector<std::string>& words) {
    ProcessCommand command;
    command.arguments = words;
    command.directory = "/";
    command.environment = m_request.environment;
    for (const auto& name : m_request.secrets)
      if (const auto value = m_context.environment.variable(name))
        command.environment.push_back(name + "=" + *value);
    command.time_limit = k_patience;
    const auto outcome = m_processes->run(command);
    return outcome ? std::optional(*outcome) : std::nullopt;
  }

  bool refuse(const std::string& what, const std::string& why) {
    return fail(m_context.diagnostics, {.fault = Fault::environment,
                                        .code = "series-slurm",
                                        .what = what,
                                        .why = why,
                                        .hint = "sinfo and squeue say how the cluster is"});
  }

  std::vector<EngineEnd> all_cancelled() {
    std::vector<EngineEnd> out;
    for (const auto& [id, task] : m_tasks) {
      EngineEnd end = slurm_end("CANCELLED");
      end.id = id;
      out.push_back(end);
    }
    m_tasks.clear();
    return out;
  }

  // All that was started since the last time: one array for each set of options.
  bool submit_fresh() {
    std::map<std::vector<std::string>, std::vector<uint64_t>> arrays;
    for (const uint64_t id : m_fresh)
      arrays[slurm_options(m_tasks.at(id).job, m_request.partition)].push_back(id);
    m_fresh.clear();
    std::vector<std::string> jobs;
    for (const auto& [options, ids] : arrays)
      for (size_t at = 0; at < ids.size(); at += k_array)
        if (!submit(options,
                    {ids.begin() + static_cast<std::ptrdiff_t>(at),
                     ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), at + k_array))},
                    jobs))
          return false;
    return jobs.empty() || submit_again(jobs);
  }

  bool submit(const std::vector<std::string>& options, const std::vector<uint64_t>& ids,
              std::vector<std::string>& jobs) {
    auto& files = m_context.files;
    const auto made = files.make_directory(own(), 0755);
    const auto directory =
        made ? files.make_private_directory(own(), "array-", "") : tl::unexpected(made.error());
    if (!directory)
      return refuse("the jobs cannot be written down", directory.error().text());
    for (size_t i = 0; i < ids.size(); ++i) {
      Task& task = m_tasks.at(ids[i]);
      task.status_file = *directory + "/" + std::to_string(i) + ".status";
      if (const auto put =
              files.write_new(*directory + "/" + std::to_string(i) + ".sh",
                              slurm_script(task.job, task.status_file), 0755, /*durable=*/true);
          !put)
        return refuse("the jobs cannot be written down", put.error().text());
    }
    const std::string script = *directory + "/array";
    if (const auto put = files.write_new(script, slurm_array_script(*directory), 0755, true); !put)
      return refuse("the jobs cannot be written down", put.error().text());
    std::vector<std::string> words = {m_programs["sbatch"], "--parsable", "--job-name=kpb",
                                      "--chdir=/", "--output=" + *directory + "/slurm-%a.log"};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back("--array=0-" + std::to_string(ids.size() - 1) +
                    (m_request.at_once == 0 ? "" : "%" + std::to_string(m_request.at_once)));
    words.push_back(script);
    const auto id = submit_words(words);
    if (!id)
      return false;
    jobs.push_back(*id);
    return write_down(*id, ids);
  }

  std::optional<std::string> submit_words(const std::vector<std::string>& words) {
    const auto outcome = run(words);
    // "123", or "123;CLUSTER"
    const std::string said = outcome ? last_lines(outcome->output, 1) : "";
    const std::string id = said.substr(0, said.find(';'));
    if (outcome && outcome->exit_status == 0 && parse_unsigned(id, UINT32_MAX))
      return id;
    refuse("sbatch does not take the jobs",
           outcome ? shown(last_lines(outcome->output, 1)) : "it cannot be run");
    return std::nullopt;
  }

  // So that the next run finds them, should this one vanish.
  bool write_down(const std::string& id, const std::vector<uint64_t>& ids) {
    const auto file = AppendFile::open(list());
    if (!file)
      return refuse("the jobs cannot be written down", file.error().text());
    for (size_t i = 0; i < ids.size(); ++i) {
      Task& task = m_tasks.at(ids[i]);
      task.slurm = id + "_" + std::to_string(i);
      const auto put = (*file)->append(task.slurm + "\t" + task.job.name + "\t" + task.job.tag +
                                       "\t" + task.job.output + "\t" + task.status_file);
      if (!put)
        return refuse("the jobs cannot be written down", put.error().text());
    }
    return true;
  }

  // This run once more, when all of them have ended. While we are here it finds the lock held, and goes.
  bool submit_again(const std::vector<std::string>& jobs) {
    EngineJob job;
    job.name = "goes on";
    job.command = m_request.again;
    job.environment = m_request.environment;
    for (const auto& name : m_request.secrets)
      if (m_context.environment.variable(name))
        job.handed_over.push_back(name);
    job.log = own() + "/goes-on.log";
    const std::string script = parent_path(m_tasks.rbegin()->second.status_file) + "/goes-on.sh";
    if (const auto put =
            m_context.files.write_new(script, slurm_script(job, script + ".status"), 0755, true);
        !put)
      return refuse("the jobs cannot be written down", put.error().text());
    std::vector<std::string> words = {
        m_programs["sbatch"], "--parsable",         "--job-name=kpb-goes-on",
        "--chdir=/",          "--output=/dev/null", "--dependency=afterany:" + join(jobs, ":")};
    const auto options = slurm_options(job, m_request.partition);
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(script);
    const auto id = submit_words(words);
    if (id)
      m_last_jobs.push_back(*id);
    return id.has_value();
  }

  void read_submitted() {
    m_read = true;
    const auto text = m_context.files.read(list(), k_max_file);
    for (const auto& line : split(text ? *text : "", '\n')) {
      const auto f = split(line, '\t');
      if (f.size() != 5)
        continue;
      Task task;
      task.slurm = f[0];
      task.job.name = f[1];
      task.job.tag = f[2];
      task.job.output = f[3];
      task.status_file = f[4];
      m_submitted[f[1]] = std::move(task);
    }
    if (!m_submitted.empty())
      ask();
  }

  // False when Slurm does not answer: then nothing is known.
  bool ask() {
    m_asked = now();
    const auto outcome = run({m_programs["squeue"], "-h", "-r", "-o", "%i %T"});
    if (!outcome || outcome->exit_status != 0)
      return false;
    m_queue = parse_squeue(outcome->output);
    return true;
  }

  std::vector<EngineEnd> collect() {
    std::vector<EngineEnd> out;
    const bool asked = now() - m_asked >= k_ask && ask();
    for (auto it = m_tasks.begin(); it != m_tasks.end();) {
      auto end = look(it->second, asked);
      if (!end) {
        ++it;
        continue;
      }
      end->id = it->first;
      end->seconds = now() - it->second.since;
      out.push_back(*end);
      it = m_tasks.erase(it);
    }
    return out;
  }

  std::optional<EngineEnd> look(Task& task, bool asked) {
    const auto text = m_context.files.read(task.status_file, k_max_file);
    if (text) {
      const auto status = parse_unsigned(split(*text, '\n')[0], 255);
      EngineEnd end;
      end.status = status ? static_cast<int>(*status) : -1;
      if (end.status > 128) // as the shell says it
        end.status = 128 - end.status;
      return end;
    }
    if (!asked)
      return std::nullopt;
    if (m_queue.count(task.slurm) != 0) {
      task.missing_since = 0;
      return std::nullopt;
    }
    if (task.missing_since == 0)
      task.missing_since = now();
    if (now() - task.missing_since < k_lost_after)
      return std::nullopt;
    const auto outcome = run({m_programs["scontrol"], "-o", "show", "job", task.slurm});
    return slurm_end(outcome ? scontrol_value(outcome->output, "JobState") : "");
  }

  // Nothing could be submitted, and why was said: everything that waits for it ends.
  std::vector<EngineEnd> give_up() {
    std::vector<EngineEnd> out;
    for (auto it = m_tasks.begin(); it != m_tasks.end();)
      if (it->second.slurm.empty()) {
        EngineEnd end;
        end.id = it->first;
        end.how = EngineEnd::How::lost;
        end.why = "it could not be submitted";
        out.push_back(end);
        it = m_tasks.erase(it);
      } else {
        ++it;
      }
    return out;
  }

  Context& m_context;
  // Asking Slurm to end our jobs must not itself be ended by the interrupt that it is for.
  NoInterrupts m_no_interrupts;
  std::unique_ptr<ProcessRunner> m_processes = make_real_process_runner(m_no_interrupts);
  SlurmRequest m_request;
  std::map<std::string, std::string> m_programs;
  std::map<uint64_t, Task> m_tasks;
  std::vector<uint64_t> m_fresh;
  std::vector<std::string> m_last_jobs;
  std::map<std::string, Task> m_submitted; // of earlier runs, by name
  std::map<std::string, std::string> m_queue;
  uint64_t m_last = 0;
  double m_asked = -k_ask;
  bool m_read = false, m_stopped = false;
};

} // namespace

namespace {

constexpr const char* k_programs[] = {"sbatch", "squeue", "scontrol", "scancel"};

} // namespace

bool can_reach_slurm(Context& context) {
  Tools tools(context.files, context.environment, context.processes);
  return std::all_of(std::begin(k_programs), std::end(k_programs),
                     [&](const char* name) { return tools.find(name).has_value(); });
}

std::unique_ptr<SeriesEngine> make_slurm_engine(Context& context, SlurmRequest request) {
  Tools tools(context.files, context.environment, context.processes);
  std::map<std::string, std::string> programs;
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
    programs[name] = *path;
  }
  return std::make_unique<SlurmEngine>(context, std::move(request), std::move(programs));
}

} // namespace kpb
