// SPDX-License-Identifier: GPL-2.0-only
//
// See fork_worker.hpp.
#include "core/system/fork_worker.hpp"

#include "core/system/real_files.hpp"
#include "core/system/spawn.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

namespace kpb {

namespace {

void limit_memory(uint64_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) &&                                                              \
    !defined(__SANITIZE_THREAD__) // these reserve more than the machine has
  if (bytes == 0)
    return;
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_DATA, &limit);
#else
  (void)bytes;
#endif
}

struct Worker {
  pid_t pid = -1;
  int from = -1; // -1: end of its output
  WorkerEnd end;
};

[[noreturn]] void be_child(const std::function<int(const SayToParent&)>& work, int out,
                           pid_t parent, const WorkerLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent)
    ::_exit(1);
  limit_memory(limits.memory);
  int status = 1;
  try {
    status = work([out](std::string_view text) { real::write_all(out, text); });
  } catch (const std::exception&) {
    status = 5; // usually out of memory; the parent tells whose fault it is
  }
  // Without exit handlers and destructors: those belong to the parent.
  ::syscall(SYS_exit_group, status);
  __builtin_unreachable();
}

Result<Worker> start(const std::function<int(const SayToParent&)>& work,
                     const WorkerLimits& limits) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return real::error("start", "a worker");
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0)
    be_child(work, ends[1], parent, limits);
  const int fork_error = errno;
  ::close(ends[1]);
  if (pid > 0)
    return Worker{pid, ends[0], {}};
  ::close(ends[0]);
  return tl::unexpected(SystemError{fork_error, "start", "a worker"});
}

void finish(Worker& worker) {
  if (worker.from >= 0)
    ::close(worker.from);
  worker.from = -1;
  worker.end.exit_status = wait_for(worker.pid);
}

// False at the end of the worker's output.
bool listen(Worker& worker, size_t number,
            const std::function<void(size_t, std::string_view)>& hear) {
  char buffer[65536];
  const ssize_t n = ::read(worker.from, buffer, sizeof buffer);
  if (n > 0)
    hear(number, {buffer, static_cast<size_t>(n)});
  return n > 0 || (n < 0 && errno == EINTR);
}

// True if a worker failed or was silent for too long, or if the user interrupted.
bool listen_to_all(std::vector<Worker>& workers,
                   const std::function<void(size_t, std::string_view)>& hear,
                   const Interrupts& interrupts, const WorkerLimits& limits) {
  std::vector<pollfd> fds;
  for (const auto& worker : workers)
    fds.push_back({worker.from, POLLIN, 0});
  fds.push_back({interrupts.descriptor(), POLLIN, 0});
  const int ready = ::poll(fds.data(), fds.size(),
                           limits.silence == 0 ? -1 : static_cast<int>(limits.silence) * 1000);
  for (size_t i = 0; i < workers.size(); ++i) {
    auto& worker = workers[i];
    if (worker.from < 0)
      continue;
    worker.end.silent = ready == 0;
    worker.end.interrupted = interrupts.pending() != 0;
    if (worker.end.silent || worker.end.interrupted)
      return true;
    if (fds[i].revents == 0 || listen(worker, i, hear))
      continue;
    finish(worker);
    if (worker.end.exit_status != 0)
      return true;
  }
  return false;
}

} // namespace

Result<std::vector<WorkerEnd>>
run_fork_workers(size_t count, const std::function<int(size_t, const SayToParent&)>& work,
                 const std::function<void(size_t, std::string_view)>& hear,
                 const Interrupts& interrupts, const WorkerLimits& limits) {
  std::vector<Worker> workers;
  const auto open = [&] {
    return std::any_of(workers.begin(), workers.end(), [](const Worker& w) { return w.from >= 0; });
  };
  const auto end_all = [&] {
    for (auto& worker : workers)
      if (worker.from >= 0) {
        ::kill(worker.pid, SIGKILL);
        finish(worker);
      }
  };
  for (size_t i = 0; i < count; ++i) {
    auto worker = start([&, i](const SayToParent& say) { return work(i, say); }, limits);
    if (!worker) {
      end_all();
      return tl::unexpected(worker.error());
    }
    workers.push_back(*worker);
  }
  while (open())
    if (listen_to_all(workers, hear, interrupts, limits))
      end_all();
  std::vector<WorkerEnd> out;
  for (const auto& worker : workers)
    out.push_back(worker.end);
  return out;
}

} // namespace kpb
