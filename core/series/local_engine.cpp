// SPDX-License-Identifier: GPL-2.0-only
//
// Jobs as processes of this machine. Each job leads a process group; what it starts may lead others, so a job is ended
// with everything that descends from it.
#include "core/series/engine.hpp"

#include "core/series/process_tree.hpp"
#include "core/system/spawn.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <poll.h>
#include <unistd.h>

namespace kpb {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto k_grace = std::chrono::seconds(5);
constexpr double k_look = 0.5; // seconds between two looks at limits

struct Running {
  Child child;
  Clock::time_point started;
  Limits limits;
  EngineEnd::How how = EngineEnd::How::exited;
  std::optional<Clock::time_point> kill_at; // it was told to end
};

class LocalEngine final : public SeriesEngine {
public:
  explicit LocalEngine(const Interrupts& interrupts) : m_interrupts(interrupts) { adopt_orphans(); }
  ~LocalEngine() override {
    stop(/*at_once=*/true);
    while (!m_running.empty())
      wait(1);
  }

  std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink& sink) override {
    const auto child =
        spawn({.arguments = job.command, .environment = job.environment, .log = job.log});
    if (!child) {
      fail(sink, {.fault = Fault::environment,
                  .code = "series-start",
                  .where = job.name,
                  .what = "its job cannot be started",
                  .why = child.error().reason()});
      return std::nullopt;
    }
    Running running;
    running.child = *child;
    running.started = Clock::now();
    running.limits = job.limits;
    m_running.emplace(++m_last, running);
    return m_last;
  }

  std::vector<EngineEnd> wait(double seconds) override {
    const auto until = Clock::now() + std::chrono::duration<double>(seconds);
    const bool interrupted = m_interrupts.pending() != 0;
    for (;;) {
      auto ended = collect();
      const double left = std::chrono::duration<double>(until - Clock::now()).count();
      if (!ended.empty() || left <= 0 || (m_interrupts.pending() != 0 && !interrupted))
        return ended;
      sleep(std::min(left, m_running.empty() ? left : k_look), interrupted);
      watch_limits();
    }
  }

  void stop(bool at_once) override {
    for (auto& [id, job] : m_running)
      end(job, at_once);
  }

private:
  static void end(Running& job, bool at_once) {
    if (at_once)
      kill_tree(job.child.pid);
    else if (!job.kill_at)
      ::kill(job.child.pid, SIGTERM); // kpb ends what it started, and cleans up
    if (!job.kill_at)
      job.kill_at = Clock::now() + k_grace;
  }

  std::vector<EngineEnd> collect() {
    std::vector<EngineEnd> out;
    for (auto it = m_running.begin(); it != m_running.end();) {
      Running& job = it->second;
      if (!has_ended(job.child)) {
        ++it;
        continue;
      }
      out.push_back({it->first, job.how, reap(job.child),
                     std::chrono::duration<double>(Clock::now() - job.started).count(), ""});
      it = m_running.erase(it);
    }
    if (!out.empty())
      reap_orphans();
    return out;
  }

  // Ends the processes that ended jobs have left; their parent is this process now.
  void reap_orphans() {
    for (const pid_t child : children_of(::getpid())) {
      const bool ours = std::any_of(m_running.begin(), m_running.end(),
                                    [&](const auto& job) { return job.second.child.pid == child; });
      if (!ours) {
        kill_tree(child);
        wait_for(child);
      }
    }
  }

  void sleep(double seconds, bool interrupted) {
    std::vector<pollfd> fds;
    for (const auto& [id, job] : m_running)
      fds.push_back({job.child.pidfd, POLLIN, 0});
    fds.push_back({interrupted ? -1 : m_interrupts.descriptor(), POLLIN, 0});
    ::poll(fds.data(), fds.size(), static_cast<int>(seconds * 1000) + 1);
  }

  void watch_limits() {
    const auto now = Clock::now();
    const bool due = now >= m_next_look;
    if (due)
      m_next_look = now + std::chrono::milliseconds(static_cast<int>(k_look * 1000));
    for (auto& [id, job] : m_running) {
      if (job.kill_at && now >= *job.kill_at)
        kill_tree(job.child.pid);
      if (job.kill_at || !due)
        continue;
      if (job.limits.time && now - job.started >= std::chrono::seconds(*job.limits.time))
        job.how = EngineEnd::How::time;
      else if (job.limits.memory && tree_memory(job.child.pid) > *job.limits.memory)
        job.how = EngineEnd::How::memory;
      if (job.how != EngineEnd::How::exited)
        end(job, /*at_once=*/job.how == EngineEnd::How::memory);
    }
  }

  const Interrupts& m_interrupts;
  std::map<uint64_t, Running> m_running;
  uint64_t m_last = 0;
  Clock::time_point m_next_look;
};

} // namespace

std::unique_ptr<SeriesEngine> make_local_engine(const Interrupts& interrupts) {
  return std::make_unique<LocalEngine>(interrupts);
}

} // namespace kpb
