// SPDX-License-Identifier: GPL-2.0-only
//
// See slurm_engine.hpp.
#include "core/series/slurm_engine.hpp"

#include "core/base/text.hpp"
#include "core/series/job_script.hpp"
#include "core/series/slurm_script.hpp"
#include "core/series/slurm_submission.hpp"

#include <algorithm>
#include <utility>

namespace kpb {

namespace {

constexpr double k_look = 1;        // seconds between two looks at files
constexpr double k_ask = 5;         // and between two questions to Slurm
constexpr double k_lost_after = 10; // a job that is in no queue may still be writing its status

class SlurmEngine final : public SeriesEngine {
public:
  SlurmEngine(Context& context, std::unique_ptr<const SlurmRequest> request,
              std::unique_ptr<SlurmPrograms> programs)
      : m_context(context), m_request(std::move(request)), m_programs(std::move(programs)),
        m_submission(context, *m_request, *m_programs) {}

  bool shares_processors() const override { return false; }

  // It is submitted in wait(), together with all that were started until then.
  std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink&) override {
    SlurmTask task;
    task.job = job;
    task.since = now();
    m_tasks.emplace(++m_last, std::move(task));
    m_fresh.push_back(m_last);
    return m_last;
  }

  std::optional<Attached> attach(const std::string& name) override {
    auto node = earlier().extract(name);
    if (node.empty())
      return std::nullopt;
    SlurmTask task = std::move(node.mapped());
    const bool ended = bool(m_context.files.stat(task.status_file));
    if (!ended && m_queue.count(task.id) == 0)
      return std::nullopt;
    task.since = now();
    Attached out{++m_last, task.job.tag, task.job.output};
    m_tasks.emplace(m_last, std::move(task));
    return out;
  }

  std::string whereabouts(const std::string& name) override {
    const auto found = earlier().find(name);
    if (found == earlier().end())
      return "";
    const auto& task = found->second;
    if (m_context.files.stat(task.status_file))
      return "Slurm's job " + task.id + " has ended; the next run uses its results";
    const auto state = m_queue.find(task.id);
    return state == m_queue.end() ? "" : "Slurm's job " + task.id + ": " + state->second;
  }

  std::vector<EngineEnd> wait(double seconds) override {
    std::vector<SlurmTask*> fresh;
    for (const uint64_t id : std::exchange(m_fresh, {}))
      fresh.push_back(&m_tasks.at(id));
    if (!m_submission.submit(fresh))
      return end_unsubmitted();
    const double until = now() + seconds;
    const bool interrupted = m_context.interrupts.pending() != 0;
    for (;;) {
      auto ended = m_stopped ? end_all() : collect();
      if (!ended.empty() || (m_context.interrupts.pending() != 0 && !interrupted) || now() >= until)
        return ended;
      m_context.environment.pause(
          static_cast<unsigned>(1000 * std::min(k_look, std::max(0.01, until - now()))));
    }
  }

  void stop(bool) override {
    if (std::exchange(m_stopped, true))
      return;
    std::vector<std::string> jobs;
    for (const auto& [id, task] : m_tasks)
      if (!task.id.empty())
        jobs.push_back(task.id);
    const auto& last = m_submission.last_jobs();
    jobs.insert(jobs.end(), last.begin(), last.end());
    m_programs->cancel(jobs);
    m_submission
        .forget_submitted(); // they may take a while to end, and no run should wait for them
  }

private:
  double now() const { return m_context.environment.seconds(); }

  // The jobs of earlier runs, read once.
  std::map<std::string, SlurmTask>& earlier() {
    if (!m_earlier) {
      m_earlier = m_submission.submitted();
      if (!m_earlier->empty())
        ask();
    }
    return *m_earlier;
  }

  // False when Slurm does not answer: then nothing is known.
  bool ask() {
    m_asked = now();
    auto queue = m_programs->queue();
    if (!queue)
      return false;
    m_queue = std::move(*queue);
    return true;
  }

  // Slurm cancels them in its own time; for the run they have ended.
  std::vector<EngineEnd> end_all() {
    std::vector<EngineEnd> out;
    for (const auto& [id, task] : std::exchange(m_tasks, {})) {
      EngineEnd end = slurm_end("CANCELLED");
      end.id = id;
      out.push_back(end);
    }
    return out;
  }

  // Jobs that could not be submitted, which was reported.
  std::vector<EngineEnd> end_unsubmitted() {
    std::vector<EngineEnd> out;
    for (const auto& [id, task] : m_tasks) {
      if (!task.id.empty())
        continue;
      EngineEnd end;
      end.id = id;
      end.how = EngineEnd::How::lost;
      end.why = "it could not be submitted";
      out.push_back(end);
    }
    for (const auto& end : out)
      m_tasks.erase(end.id);
    return out;
  }

  std::vector<EngineEnd> collect() {
    std::vector<EngineEnd> out;
    const bool asked = now() - m_asked >= k_ask && ask();
    for (auto& [id, task] : m_tasks)
      if (auto end = asked ? look_and_ask(task) : look(task)) {
        end->id = id;
        end->seconds = now() - task.since;
        out.push_back(*end);
      }
    for (const auto& end : out)
      m_tasks.erase(end.id);
    return out;
  }

  // How the job ended, by the status that it has left.
  std::optional<EngineEnd> look(const SlurmTask& task) const {
    return end_by_status(m_context.files, task.status_file);
  }

  // The same, when the queue was just asked for: a job that is missing there for some time was lost.
  std::optional<EngineEnd> look_and_ask(SlurmTask& task) {
    if (auto end = look(task))
      return end;
    if (m_queue.count(task.id) != 0) {
      task.missing_since = 0;
      return std::nullopt;
    }
    if (task.missing_since == 0)
      task.missing_since = now();
    if (now() - task.missing_since < k_lost_after)
      return std::nullopt;
    return slurm_end(m_programs->state(task.id));
  }

  Context& m_context;
  std::unique_ptr<const SlurmRequest> m_request; // at a fixed address, for the two below
  std::unique_ptr<SlurmPrograms> m_programs;
  SlurmSubmission m_submission;
  std::map<uint64_t, SlurmTask> m_tasks;
  std::vector<uint64_t> m_fresh;                             // not submitted yet
  std::optional<std::map<std::string, SlurmTask>> m_earlier; // of earlier runs, by name
  std::map<std::string, std::string> m_queue;
  uint64_t m_last = 0;
  double m_asked = -k_ask;
  bool m_stopped = false;
};

} // namespace

std::unique_ptr<SeriesEngine> make_slurm_engine(Context& context, SlurmRequest request) {
  auto kept = std::make_unique<const SlurmRequest>(std::move(request));
  auto programs = SlurmPrograms::find(context, *kept);
  if (!programs)
    return nullptr;
  return std::make_unique<SlurmEngine>(context, std::move(kept), std::move(programs));
}

} // namespace kpb
