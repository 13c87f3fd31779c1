// SPDX-License-Identifier: GPL-2.0-only
//
// See fork_worker.hpp.
#include "core/util/fork_worker.hpp"

#include "core/util/real_files.hpp"

#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace kpb {

namespace {

void limit_memory(uint64_t bytes) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they reserve more than there is
  if (bytes == 0)
    return;
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_DATA, &limit);
#else
  (void)bytes;
#endif
}

[[noreturn]] void be_child(const std::function<int(const SayToParent&)>& work, int out, pid_t parent,
                           const WorkerLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent)
    ::_exit(1);
  limit_memory(limits.memory);
  int status = 1;
  try {
    status = work([out](std::string_view text) { real::write_all(out, text); });
  } catch (const std::exception&) {
    status = 5; // out of memory, mostly; the parent says whose fault it is
  }
  // Neither exit handlers nor destructors: they are the parent's affair.
  ::syscall(SYS_exit_group, status);
  __builtin_unreachable();
}

// False at the end of what it says.
bool listen(int from, const std::function<void(std::string_view)>& hear) {
  char buffer[65536];
  const ssize_t n = ::read(from, buffer, sizeof buffer);
  if (n > 0)
    hear({buffer, static_cast<size_t>(n)});
  return n > 0 || (n < 0 && errno == EINTR);
}

} // namespace

Result<WorkerEnd> run_fork_worker(const std::function<int(const SayToParent&)>& work,
                                  const std::function<void(std::string_view)>& hear,
                                  const Interrupts& interrupts, const WorkerLimits& limits) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return real::error("start", "a worker");
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    be_child(work, ends[1], parent, limits);
  }
  const int fork_error = errno;
  ::close(ends[1]);
  const real::Fd from(ends[0]);
  if (pid < 0)
    return tl::unexpected(SystemError{fork_error, "start", "a worker"});
  WorkerEnd end;
  for (bool open = true; open;) {
    pollfd fds[2] = {{from.get(), POLLIN, 0}, {interrupts.descriptor(), POLLIN, 0}};
    const int ready = ::poll(fds, 2, limits.silence == 0 ? -1 : static_cast<int>(limits.silence) * 1000);
    end.interrupted = interrupts.pending() != 0;
    end.silent = ready == 0;
    if (end.interrupted || end.silent) {
      ::kill(pid, SIGKILL);
      break;
    }
    open = fds[0].revents == 0 || listen(from.get(), hear);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  end.exit_status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  return end;
}

} // namespace kpb
