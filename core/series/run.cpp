// SPDX-License-Identifier: GPL-2.0-only
//
// See run.hpp. One thread; the only things that happen at the same time are the jobs.
#include "core/series/run.hpp"

#include "core/base/text.hpp"
#include "core/series/jobs.hpp"
#include "core/series/memory.hpp"

#include <algorithm>
#include <csignal>
#include <deque>
#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_own_file = 1ULL << 30U;
constexpr double k_tick = 1;            // seconds
constexpr double k_lock_patience = 600; // of a job that finds somebody else's lock
constexpr double k_lock_pause = 2;

struct Job {
  bool prime = false;
  size_t index = 0; // of the cell, or of the kernel
  std::string name;
  std::string out; // where a cell's job puts its artifacts
  double first_tried = 0, not_before = 0;
};

struct KernelState {
  bool looked = false, wanted = false, compiled = false, made = false, failed = false;
  std::optional<KernelKey> key;
  std::vector<size_t> waiting; // cells
};

class Runner {
public:
  Runner(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
         SeriesEngine& engine, SeriesObserver& observer, bool look_only)
      : m_plan(plan), m_request(request), m_context(context), m_engine(engine),
        m_observer(observer), m_look_only(look_only), m_memory(plan, request, context, look_only),
        m_keys(plan, context, request.store), m_kernels(plan.kernels.size()),
        m_jobs(plan, request, context, engine.shares_processors()) {
    m_outcome.cells.resize(plan.cells.size());
  }

  std::optional<SeriesOutcome> run() {
    if (!m_memory.open())
      return std::nullopt;
    for (size_t i = 0; i < m_plan.cells.size() && !interrupted(); ++i)
      look_at(i);
    if (m_look_only)
      return std::move(m_outcome);
    m_observer.planned(m_plan.cells.size(), m_ready.size() + waiting_for_kernels());
    for (size_t k = 0; k < m_kernels.size(); ++k)
      if (m_kernels[k].wanted)
        m_ready.push_front({true, k, "kernel-" + m_plan.kernels[k].name, "", 0, 0});
    work();
    if (!m_memory.close() || !m_good)
      return std::nullopt;
    m_outcome.complete =
        std::all_of(m_outcome.cells.begin(), m_outcome.cells.end(), [](const CellOutcome& c) {
          return c.state != CellState::failed && c.state != CellState::not_run;
        });
    return std::move(m_outcome);
  }

private:
  const ResultDirectory& at() const { return m_request.output; }
  bool interrupted() const { return m_context.interrupts.pending() != 0; }
  double now() const { return m_context.environment.seconds(); }
  size_t waiting_for_kernels() const {
    size_t sum = 0;
    for (const auto& kernel : m_kernels)
      sum += kernel.waiting.size();
    return sum;
  }

  // Done already, to be done, or waiting for its kernel.
  void look_at(size_t i) {
    const auto& cell = m_plan.cells[i];
    auto& outcome = m_outcome.cells[i];
    if (cell.left != Left::no) {
      outcome.state = CellState::left_out;
      outcome.why = cell.why;
      return;
    }
    auto& kernel = m_kernels[cell.kernel];
    if (m_plan.uses_kernel(cell, m_context.files)) {
      if (!kernel.looked) {
        kernel.looked = true;
        kernel.key = m_keys.find(m_plan.kernel_of(cell));
        kernel.wanted = !kernel.key && KernelKeys::can_make(m_plan.kernel_of(cell));
      }
      kernel.compiled = kernel.compiled || m_plan.builds(cell, m_context.plugins, m_context.files);
      if (kernel.wanted && !kernel.made) {
        outcome.why = "its kernel is not prepared yet";
        if (m_look_only)
          look_for(i, "kernel-" + m_plan.kernel_of(cell).name);
        kernel.waiting.push_back(i);
        return;
      }
    }
    identify(i);
  }

  void identify(size_t i) {
    const auto& cell = m_plan.cells[i];
    auto& outcome = m_outcome.cells[i];
    const auto& key = m_kernels[cell.kernel].key;
    CollectingSink heard;
    const auto fields = m_memory.identities().of(cell, key ? key->key : "", heard);
    if (!fields) {
      const auto& error = *heard.first_error();
      return fail_cell(
          i, {error.where + ": " + error.what + "; " + error.why, error.hint, error.fault}, "");
    }
    outcome.identity = identity_of(*fields);
    if (const auto done = m_memory.find(cell, outcome.identity, *fields, outcome.why))
      return finish_cell(i, *done, done->needed ? CellState::reused : CellState::not_needed);
    if (m_look_only) {
      look_at_failure(i);
      return look_for(i, m_plan.name_of(cell));
    }
    m_fields[i] = *fields;
    const auto attached = m_engine.attach(m_plan.name_of(cell));
    if (attached && attached->tag == outcome.identity) {
      outcome.state = CellState::running;
      m_running.emplace(attached->id,
                        Job{false, i, m_plan.name_of(cell), attached->output, now(), 0});
      return;
    }
    m_ready.push_back({false, i, m_plan.name_of(cell), "", 0, 0});
  }

  // What the last job of this very cell said, when it was no success.
  void look_at_failure(size_t i) {
    auto& outcome = m_outcome.cells[i];
    const std::string name = m_plan.name_of(m_plan.cells[i]);
    const auto text = m_context.files.read(at().report(name, outcome.identity), k_max_own_file);
    const auto report = text ? parse_report(*text) : std::nullopt;
    if (!report || report->status < 1 || report->status > static_cast<int>(Fault::environment))
      return;
    outcome.state = CellState::failed;
    outcome.why = report->message;
    outcome.log = at().log(name);
  }

  // A job that goes on without a run.
  void look_for(size_t i, const std::string& job) {
    const std::string where = m_engine.whereabouts(job);
    if (where.empty())
      return;
    m_outcome.cells[i].state = CellState::running;
    m_outcome.cells[i].why = where;
  }

  void finish_cell(size_t i, const DoneCell& done, CellState state) {
    m_outcome.cells[i].artifacts = done.artifacts;
    if (state == CellState::reused || state == CellState::built)
      m_outcome.cells[i].why.clear();
    end_cell(i, state);
  }

  void fail_cell(size_t i, const JobFailure& failure, const std::string& job) {
    auto& outcome = m_outcome.cells[i];
    outcome.why = failure.why;
    outcome.hint = failure.hint;
    outcome.fault = failure.fault;
    outcome.log = job.empty() ? "" : at().log(job);
    m_failed = true;
    end_cell(i, CellState::failed);
  }

  void end_cell(size_t i, CellState state) {
    auto& outcome = m_outcome.cells[i];
    outcome.state = state;
    if (!m_look_only)
      m_observer.ended(m_plan.name_of(m_plan.cells[i]), state, outcome.seconds, outcome.why);
  }

  bool stopping() const { return interrupted() || !m_good || (m_failed && m_request.fail_fast); }

  void work() {
    double last_tick = now();
    bool told_stop = false;
    while (!m_running.empty() || (!m_ready.empty() && !stopping())) {
      while (!stopping() && m_running.size() < m_request.cells && start_next()) {
      }
      if (interrupted() && !told_stop) {
        m_engine.stop(/*at_once=*/false);
        told_stop = true;
      }
      if (m_context.interrupts.count() > 1)
        m_engine.stop(/*at_once=*/true);
      if (m_running.empty() && (m_ready.empty() || stopping()))
        break;
      const double pause = told_stop ? 0.1 : std::max(0.05, last_tick + k_tick - now());
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
            .what = fmt::format("{}{} killed before all of it was cleaned up", m_killed,
                                m_killed == 1 ? " job was" : " jobs were"),
            .hint = "what is called kpb-* in TMPDIR, and is of no process, can be removed"});
    for (auto& outcome : m_outcome.cells)
      if (outcome.state == CellState::waiting || outcome.state == CellState::running)
        outcome.state = CellState::not_run;
  }

  // True when a job was started, or turned out not to be startable.
  bool start_next() {
    for (auto it = m_ready.begin(); it != m_ready.end(); ++it) {
      if (it->not_before > now())
        continue;
      Job job = std::move(*it);
      m_ready.erase(it);
      job.prime ? start_prime(job) : start_cell(job);
      return true;
    }
    return false;
  }

  uint64_t share() const {
    if (!m_engine.shares_processors())
      return m_request.jobs;
    const uint64_t others =
        std::min<uint64_t>(m_request.cells, m_running.size() + m_ready.size() + 1);
    return std::max<uint64_t>(1, m_request.jobs / std::max<uint64_t>(1, others));
  }

  void start_prime(Job& job) {
    launch(job, m_jobs.prime(m_plan.kernels[job.index], job.name, share(),
                             m_kernels[job.index].compiled));
  }

  void start_cell(Job& job) {
    const auto& cell = m_plan.cells[job.index];
    const auto& key = m_kernels[cell.kernel].key;
    auto made = m_jobs.cell(cell, m_outcome.cells[job.index].identity, key ? key->id : "", share());
    if (made)
      job.out = made->output;
    if (launch(job, made))
      m_outcome.cells[job.index].state = CellState::running;
  }

  bool launch(Job& job, const Result<EngineJob>& made) {
    if (!made)
      return m_good = m_memory.refuse(made.error());
    const auto id = m_engine.start(*made, m_context.diagnostics);
    if (!id)
      return m_good = false;
    if (job.first_tried == 0)
      job.first_tried = now();
    m_observer.started(job.name);
    m_running.emplace(*id, job);
    return true;
  }

  void take(const EngineEnd& end) {
    const auto found = m_running.find(end.id);
    if (found == m_running.end())
      return;
    Job job = std::move(found->second);
    m_running.erase(found);
    if (interrupted() && end.how == EngineEnd::How::exited && end.status == -SIGKILL)
      ++m_killed;
    if (end.how == EngineEnd::How::exited && end.status == static_cast<int>(Fault::locked) &&
        !stopping() && now() - job.first_tried < k_lock_patience) {
      job.not_before = now() + k_lock_pause;
      if (!job.prime)
        m_outcome.cells[job.index].state = CellState::waiting;
      m_ready.push_back(std::move(job));
      return;
    }
    job.prime ? take_prime(job, end) : take_cell(job, end);
  }

  void take_prime(const Job& job, const EngineEnd& end) {
    auto& kernel = m_kernels[job.index];
    kernel.made = true;
    JobFailure failure;
    if (end.how != EngineEnd::How::exited || end.status != 0) {
      failure = m_jobs.diagnose(job.name, end);
    } else {
      kernel.key = m_jobs.made_kernel(job.name);
      if (!kernel.key)
        failure.why = "kpb kernel add did not say which kernel it made";
    }
    const bool good = failure.why.empty();
    if (interrupted() && !good)
      return;
    m_observer.ended(job.name, good ? CellState::built : CellState::failed, end.seconds,
                     failure.why);
    if (good)
      m_good = m_memory.remember_time(job.name, kernel.key->key, end.seconds) && m_good;
    failure.why = "its kernel could not be prepared: " + failure.why;
    for (const size_t i : kernel.waiting)
      if (good)
        identify(i);
      else
        fail_cell(i, failure, job.name);
    kernel.waiting.clear();
  }

  void take_cell(const Job& job, const EngineEnd& end) {
    const size_t i = job.index;
    auto& outcome = m_outcome.cells[i];
    outcome.seconds = end.seconds;
    const std::string path = at().report(job.name, outcome.identity);
    const auto text = m_context.files.read(path, k_max_own_file);
    const auto report = text ? parse_report(*text) : std::nullopt;
    const bool alone = m_plan.cells[i].patches.size() == 1;
    std::string why;
    std::optional<DoneCell> done;
    if (end.how == EngineEnd::How::exited && end.status == 0)
      why = "its job reports success, and left no report";
    if (report && ((end.how == EngineEnd::How::exited && end.status == 0 && report->status == 0) ||
                   (report->not_needed && alone)))
      done = m_memory.results().accept(m_plan.cells[i], outcome.identity, *report, job.out, why);
    if (done) {
      done->seconds = static_cast<uint64_t>(end.seconds + 0.5);
      m_memory.forget_former(*done);
      m_good = m_memory.remember(*done, m_fields[i]) && m_good;
      m_fields.erase(i);
      if (done->needed && m_plan.uses_kernel(m_plan.cells[i], m_context.files))
        share_result(*done, *text);
      finish_cell(i, *done, done->needed ? CellState::built : CellState::not_needed);
    } else if (interrupted() && (end.status < 0 || end.status > 128)) { // we ended it
      outcome.state = CellState::not_run;
    } else {
      JobFailure failure{why, "", Fault::verification};
      if (why.empty())
        failure = m_jobs.diagnose(job.name, end);
      if (why.empty() && report && !report->message.empty() && end.how == EngineEnd::How::exited) {
        failure.why = report->message;
        failure.hint = report->hint;
      }
      fail_cell(i, failure, job.name);
    }
    [[maybe_unused]] const auto removed = m_context.files.remove_tree(job.out);
  }

  void share_result(const DoneCell& done, const std::string& report) {
    const auto put = m_memory.results().put_to_store(done, report);
    if (!put && !m_told_store) {
      m_told_store = true;
      warn(m_context.diagnostics, {.code = "series-store",
                                   .what = "finished cells cannot be put into the store",
                                   .why = put.error().text(),
                                   .hint = "other result directories will build them again"});
    }
  }

  const SeriesPlan& m_plan;
  const SeriesRequest& m_request;
  Context& m_context;
  SeriesEngine& m_engine;
  SeriesObserver& m_observer;
  bool m_look_only;
  SeriesMemory m_memory;
  KernelKeys m_keys;
  std::vector<KernelState> m_kernels;
  SeriesJobs m_jobs;
  std::deque<Job> m_ready;
  std::map<uint64_t, Job> m_running;
  std::map<size_t, IdentityFields> m_fields; // of cells under way: what their identity is made of
  SeriesOutcome m_outcome;
  size_t m_killed = 0;
  bool m_good = true, m_failed = false, m_told_store = false;
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
                                        SeriesObserver& observer, bool look_only) {
  return Runner(plan, request, context, engine, observer, look_only).run();
}

} // namespace kpb
