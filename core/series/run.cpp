// SPDX-License-Identifier: GPL-2.0-only
//
// See run.hpp. One thread; the only things that happen at the same time are the jobs.
#include "core/series/run.hpp"

#include "core/series/cell_examiner.hpp"
#include "core/series/job_queue.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr double k_tick = 1; // seconds

// How a run comes to its end; each follows only on those above it.
enum class Phase : uint8_t {
  starting, // jobs are started while there is room
  draining, // no more are started; those that run may finish
  ending,   // interrupted: those that run are told to end
  killing,  // interrupted again: they are killed
};

// For the log.
const char* phase_words(Phase phase) {
  switch (phase) {
  case Phase::starting: break;
  case Phase::draining: return "no more jobs are started";
  case Phase::ending: return "interrupted: running jobs are told to end";
  case Phase::killing: return "interrupted again: running jobs are killed";
  }
  return "";
}

class Runner {
public:
  Runner(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
         SeriesEngine& engine, SeriesObserver& observer, SeriesMode mode)
      : m_plan(plan), m_request(request), m_context(context), m_engine(engine),
        m_observer(observer), m_memory(plan, request, context, mode),
        m_cells(plan, mode == SeriesMode::build ? &observer : nullptr),
        m_examiner(plan, request, context, m_memory, m_cells),
        m_jobs(plan, request, context, engine.shares_processors()), m_waiting(plan.kernels.size()) {
  }

  std::optional<SeriesOutcome> look() {
    if (!m_memory.open())
      return std::nullopt;
    for (size_t i = 0; i < m_plan.cells.size() && !interrupted(); ++i)
      look_at(i);
    return m_cells.take_as_seen();
  }

  std::optional<SeriesOutcome> build() {
    if (!m_memory.open())
      return std::nullopt;
    for (size_t i = 0; i < m_plan.cells.size() && !interrupted(); ++i)
      enqueue(i, m_examiner.examine(i));
    size_t to_do = m_queue.ready();
    for (const auto& cells : m_waiting)
      to_do += cells.size();
    m_observer.planned(m_plan.cells.size(), to_do);
    // A run that has nothing to do writes nothing.
    const auto level = to_do == 0 ? LogLevel::debug : LogLevel::info;
    log(level, "series",
        fmt::format("kpb " KPB_VERSION " begins, with {} cells to do of {}", to_do,
                    m_plan.cells.size()));
    for (size_t k = 0; k < m_waiting.size(); ++k)
      if (!m_waiting[k].empty())
        m_queue.add_first({QueuedJob::Makes::kernel, k, kernel_job(k)});
    work();
    log(level, "series", "this run ends");
    if (!m_memory.close() || m_broken)
      return std::nullopt;
    return m_cells.take_at_end();
  }

private:
  const ResultDirectory& at() const { return m_request.output; }
  bool interrupted() const { return m_context.interrupts.pending() != 0; }
  double now() const { return m_context.environment.seconds(); }
  std::string kernel_job(size_t kernel) const { return "kernel-" + m_plan.kernels[kernel].name; }

  Phase phase() const {
    if (m_context.interrupts.count() > 1)
      return Phase::killing;
    if (interrupted())
      return Phase::ending;
    const bool give_up = m_broken || (m_cells.any_failed() && m_request.fail_fast);
    return give_up ? Phase::draining : Phase::starting;
  }

  void look_at(size_t i) {
    const auto& cell = m_plan.cells[i];
    const auto needs = m_examiner.examine(i);
    if (needs == CellNeeds::kernel)
      look_for_job(i, kernel_job(cell.kernel));
    if (needs != CellNeeds::job)
      return;
    // Its last job may have failed, and another one may run now.
    const std::string name = m_plan.name_of(cell);
    const auto report = m_jobs.report(name, m_cells[i].identity);
    if (report && report->status >= static_cast<int>(Fault::tool) &&
        report->status <= static_cast<int>(Fault::environment))
      m_cells.fail(i, {report->message}, at().log(name));
    look_for_job(i, name);
  }

  // Some engines' jobs go on when their run has ended.
  void look_for_job(size_t i, const std::string& job) {
    if (std::string where = m_engine.whereabouts(job); !where.empty())
      m_cells.find_running(i, std::move(where));
  }

  void enqueue(size_t i, CellNeeds needs) {
    const auto& cell = m_plan.cells[i];
    if (needs == CellNeeds::kernel)
      m_waiting[cell.kernel].push_back(i);
    if (needs != CellNeeds::job)
      return;
    QueuedJob job{QueuedJob::Makes::cell, i, m_plan.name_of(cell)};
    const auto attached = m_engine.attach(job.name);
    if (!attached || attached->tag != m_cells[i].identity)
      return m_queue.add(std::move(job));
    job.output = attached->output;
    m_queue.started(attached->id, std::move(job), now());
    log(LogLevel::info, m_plan.name_of(cell), "a job of an earlier run is waited for");
    m_cells.start(i);
  }

  bool has_work() const {
    return m_queue.running() != 0 || (m_queue.ready() != 0 && phase() == Phase::starting);
  }

  void work() {
    double last_tick = now();
    Phase reached = Phase::starting;
    while (has_work()) {
      while (phase() == Phase::starting && m_queue.running() < m_request.cells && start_next()) {
      }
      reached = advance(reached);
      if (!has_work())
        break;
      const double pause =
          reached >= Phase::ending ? 0.1 : std::max(0.05, last_tick + k_tick - now());
      for (const auto& end : m_engine.wait(pause))
        take(end);
      if (now() - last_tick >= k_tick) {
        m_observer.tick();
        last_tick = now();
      }
    }
    if (m_killed != 0)
      warn(m_context.diagnostics,
           {.code = k_left_behind,
            .what = fmt::format("{}{} killed before it had cleaned up", m_killed,
                                m_killed == 1 ? " job was" : " jobs were"),
            .hint = "you can remove files kpb-* in TMPDIR that belong to no running process"});
  }

  // Does what the present phase demands; `reached` is the one before.
  Phase advance(Phase reached) {
    const Phase present = phase();
    if (present > reached)
      log(LogLevel::warning, "series", phase_words(present));
    if (present >= Phase::ending && reached < Phase::ending)
      m_engine.stop(/*at_once=*/false);
    if (present == Phase::killing) // again and again: what is killed may have started something
      m_engine.stop(/*at_once=*/true);
    return present;
  }

  // False when no job can be started now.
  bool start_next() {
    auto job = m_queue.next(now());
    if (!job)
      return false;
    if (job->makes == QueuedJob::Makes::kernel)
      start_kernel(std::move(*job));
    else
      start_cell(std::move(*job));
    return true;
  }

  // Processors for the next job: an equal share, and all of them when it is the last one.
  uint64_t share() const {
    if (!m_engine.shares_processors())
      return m_request.jobs;
    const uint64_t side_by_side =
        std::min<uint64_t>(m_request.cells, m_queue.running() + m_queue.ready() + 1);
    return std::max<uint64_t>(1, m_request.jobs / std::max<uint64_t>(1, side_by_side));
  }

  void start_kernel(QueuedJob job) {
    const auto made =
        m_jobs.prime(m_plan.kernels[job.index], job.name, share(), m_examiner.compiles(job.index));
    launch(std::move(job), made);
  }

  void start_cell(QueuedJob job) {
    const size_t i = job.index;
    const auto& cell = m_plan.cells[i];
    const auto& key = m_examiner.key(cell.kernel);
    const auto made = m_jobs.cell(cell, m_cells[i].identity, key ? key->id : "", share());
    if (made)
      job.output = made->output;
    if (launch(std::move(job), made))
      m_cells.start(i);
  }

  // False after a report; then the run cannot go on.
  bool launch(QueuedJob job, const Result<EngineJob>& made) {
    if (!made) {
      m_memory.refuse(made.error());
      m_broken = true;
      return false;
    }
    const auto id = m_engine.start(*made, m_context.diagnostics);
    if (!id) {
      m_broken = true;
      return false;
    }
    m_observer.started(job.name);
    const std::string why = job.makes == QueuedJob::Makes::cell ? m_cells[job.index].why : "";
    log(LogLevel::info, job.name,
        fmt::format("its job was started{}; its log: {}", why.empty() ? "" : " (" + why + ")",
                    made->log));
    log(LogLevel::debug, job.name, shell_line(made->command));
    m_queue.started(*id, std::move(job), now());
    return true;
  }

  void take(const EngineEnd& end) {
    const auto job = m_queue.ended(end.id);
    if (!job)
      return;
    const bool exited = end.how == EngineEnd::How::exited;
    if (interrupted() && exited && end.status == -SIGKILL)
      ++m_killed;
    const bool met_lock = exited && end.status == static_cast<int>(Fault::locked);
    const bool again = met_lock && phase() == Phase::starting && m_queue.try_again(*job, now());
    const bool is_cell = job->makes == QueuedJob::Makes::cell;
    if (again && is_cell)
      m_cells.try_again(job->index);
    if (again)
      return;
    if (is_cell)
      take_cell(*job, end);
    else
      take_kernel(*job, end);
  }

  void take_kernel(const QueuedJob& job, const EngineEnd& end) {
    const auto key = m_jobs.judge_kernel(job.name, end);
    if (!key && interrupted())
      return;
    m_observer.ended(job.name, key ? CellState::built : CellState::failed, end.seconds,
                     key ? "" : key.error().why);
    log(key ? LogLevel::info : LogLevel::error, job.name,
        key ? fmt::format("prepared after {:.1f} s", end.seconds)
            : fmt::format("failed after {:.1f} s: {}; its log: {}", end.seconds, key.error().why,
                          at().log(job.name)));
    const auto waiting = std::exchange(m_waiting[job.index], {});
    if (!key) {
      JobFailure failure = key.error();
      failure.why = "its kernel could not be prepared: " + failure.why;
      for (const size_t i : waiting)
        m_cells.fail(i, failure, at().log(job.name));
      return;
    }
    m_examiner.prepared(job.index, *key);
    if (!m_memory.remember_time(job.name, key->key, end.seconds))
      m_broken = true;
    for (const size_t i : waiting)
      enqueue(i, m_examiner.identify(i));
  }

  void take_cell(const QueuedJob& job, const EngineEnd& end) {
    const size_t i = job.index;
    const auto& cell = m_plan.cells[i];
    const std::string identity = m_cells[i].identity;
    m_cells.set_seconds(i, end.seconds);
    const auto report = m_jobs.report(job.name, identity);
    auto done = m_jobs.judge_cell(cell, identity, end, report, job.output, m_memory.results());
    if (done) {
      done->seconds = static_cast<uint64_t>(end.seconds + 0.5);
      m_memory.forget_former(*done);
      if (!m_memory.remember(*done, m_examiner.take_fields(i)))
        m_broken = true;
      if (done->needed && m_plan.uses_kernel(cell, m_context.files))
        share_result(*done, *report);
      m_cells.finish(i, *done, done->needed ? CellState::built : CellState::not_needed);
    } else if (interrupted() && end.by_signal()) {
      m_cells.give_up(i);
    } else {
      m_cells.fail(i, done.error(), at().log(job.name));
    }
    [[maybe_unused]] const auto removed = m_context.files.remove_tree(job.output);
  }

  void share_result(const DoneCell& done, const JobReport& report) {
    const auto put = m_memory.results().put_to_store(done, report);
    if (!put && !std::exchange(m_told_of_store, true))
      warn(m_context.diagnostics, {.code = "series-store",
                                   .what = "finished cells cannot be put into the store",
                                   .why = put.error().text(),
                                   .hint = "other result directories have to build them again"});
  }

  const SeriesPlan& m_plan;
  const SeriesRequest& m_request;
  Context& m_context;
  SeriesEngine& m_engine;
  SeriesObserver& m_observer;
  SeriesMemory m_memory;
  CellStates m_cells;
  CellExaminer m_examiner;
  SeriesJobs m_jobs;
  JobQueue m_queue;
  std::vector<std::vector<size_t>> m_waiting; // for each kernel, the cells that need it prepared
  size_t m_killed = 0;
  bool m_broken = false; // an error was reported that ends the run
  bool m_told_of_store = false;
};

} // namespace

const char* state_word(CellState state) {
  switch (state) {
  case CellState::waiting: return "to do";
  case CellState::running: return "running";
  case CellState::built: return "built";
  case CellState::reused: return "reused";
  case CellState::not_needed: return "not needed";
  case CellState::failed: return "failed";
  case CellState::not_run: return "not run";
  case CellState::left_out: return "left out";
  }
  return "";
}

std::optional<SeriesOutcome> run_series(const SeriesPlan& plan, const SeriesRequest& request,
                                        Context& context, SeriesEngine& engine,
                                        SeriesObserver& observer, SeriesMode mode) {
  Runner runner(plan, request, context, engine, observer, mode);
  return mode == SeriesMode::look ? runner.look() : runner.build();
}

} // namespace kpb
