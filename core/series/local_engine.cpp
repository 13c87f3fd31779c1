// SPDX-License-Identifier: GPL-2.0-only
//
// Jobs as processes of this machine. posix_spawn and not fork: a plan of many cells is a large process, and
// copying its page tables for each job costs more than the job's start. Each job leads a process group; what
// it starts may lead others, so a job is ended with everything that descends from it.
#include "core/series/engine.hpp"

#include "core/series/process_tree.hpp"
#include "core/system/real_files.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace kpb {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto k_grace = std::chrono::seconds(5);
constexpr double k_look = 0.5; // seconds between two looks at limits

struct Running {
  pid_t pid = -1;
  int pidfd = -1;
  Clock::time_point started;
  Limits limits;
  EngineEnd::How how = EngineEnd::How::exited;
  std::optional<Clock::time_point> kill_at; // it was told to end
};

class Attributes {
public:
  Attributes() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t all, none;
    sigemptyset(&none);
    sigemptyset(&all);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ, SIGCHLD})
      sigaddset(&all, number);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
  }
  ~Attributes() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const auto& s : strings)
    out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

class LocalEngine final : public SeriesEngine {
public:
  explicit LocalEngine(const Interrupts& interrupts) : m_interrupts(interrupts) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); // what a killed job leaves behind comes to us
  }
  ~LocalEngine() override {
    stop(/*at_once=*/true);
    while (!m_running.empty())
      wait(1);
  }

  std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink& sink) override {
    Attributes a;
    posix_spawn_file_actions_addopen(&a.actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&a.actions, 1, job.log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                     0644);
    posix_spawn_file_actions_adddup2(&a.actions, 1, 2);
    posix_spawn_file_actions_addchdir_np(&a.actions, "/");
    posix_spawn_file_actions_addclosefrom_np(&a.actions, 3);
    const auto argv = pointers(job.command);
    const auto envp = pointers(job.environment);
    Running running;
    if (const int error = ::posix_spawn(&running.pid, argv[0], &a.actions, &a.attributes,
                                        argv.data(), envp.data());
        error != 0) {
      fail(sink, {.fault = Fault::environment,
                  .code = "series-start",
                  .where = job.name,
                  .what = "its job cannot be started",
                  .why = std::strerror(error)});
      return std::nullopt;
    }
    running.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, running.pid, 0));
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
      kill_tree(job.pid);
    else if (!job.kill_at)
      ::kill(job.pid, SIGTERM); // kpb ends what it started, and cleans up
    if (!job.kill_at)
      job.kill_at = Clock::now() + k_grace;
  }

  std::vector<EngineEnd> collect() {
    std::vector<EngineEnd> out;
    for (auto it = m_running.begin(); it != m_running.end();) {
      Running& job = it->second;
      int status = 0;
      if (::waitpid(job.pid, &status, WNOHANG) != job.pid) {
        ++it;
        continue;
      }
      ::kill(-job.pid, SIGKILL); // whoever of the group is left
      if (job.pidfd >= 0)
        ::close(job.pidfd);
      out.push_back({it->first, job.how,
                     WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status),
                     std::chrono::duration<double>(Clock::now() - job.started).count(), ""});
      it = m_running.erase(it);
    }
    if (!out.empty())
      reap_orphans();
    return out;
  }

  // What descends from a job that is gone, and came to us.
  void reap_orphans() {
    for (const pid_t child : children_of(::getpid())) {
      const bool ours = std::any_of(m_running.begin(), m_running.end(),
                                    [&](const auto& job) { return job.second.pid == child; });
      if (!ours) {
        kill_tree(child);
        ::waitpid(child, nullptr, 0);
      }
    }
  }

  void sleep(double seconds, bool interrupted) {
    std::vector<pollfd> fds;
    for (const auto& [id, job] : m_running)
      fds.push_back({job.pidfd, POLLIN, 0});
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
        kill_tree(job.pid);
      if (job.kill_at || !due)
        continue;
      if (job.limits.time && now - job.started >= std::chrono::seconds(*job.limits.time))
        job.how = EngineEnd::How::time;
      else if (job.limits.memory && tree_memory(job.pid) > *job.limits.memory)
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
