// SPDX-License-Identifier: GPL-2.0-only
//
// The real ProcessRunner. It uses fork and exec directly, because the child must be in a process
// group of its own before it runs (so that there is no moment at which a signal misses it) and must
// have default signal dispositions. One poll loop waits for the child (through a pidfd), for its
// output and for our own interrupts.
#include "core/system/process.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kpb {

namespace {

constexpr int k_grace_ms = 2000;
constexpr int64_t k_longest_wait_ms = 3600 * 1000; // of one poll, whose argument is an int

using Clock = std::chrono::steady_clock;

struct Child {
  pid_t pid = -1;
  int pidfd = -1;
  int output = -1;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const auto& s : strings)
    out.push_back(const_cast<char*>(s.c_str()));
  out.push_back(nullptr);
  return out;
}

// Runs between fork and exec, so it may only call functions that POSIX calls async-signal-safe.
[[noreturn]] void become(const ProcessCommand& command, char* const* argv, char* const* envp,
                         int output, int report) {
  ::setpgid(0, 0);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ, SIGCHLD})
    std::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::umask(022);
  const int null = ::open("/dev/null", O_RDONLY);
  if (null >= 0 && ::dup2(null, 0) >= 0 && ::dup2(output, 1) >= 0 && ::dup2(output, 2) >= 0 &&
      ::chdir(command.directory.c_str()) == 0) {
    // Open files of the process that started us (a lock, a socket) must not reach the child.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(argv[0], argv, envp);
  }
  const int failure = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

Result<Child> start(const ProcessCommand& command) {
  const auto failed = [&] {
    return tl::unexpected(SystemError{errno, "run", command.arguments[0]});
  };
  int output[2];
  int report[2];
  if (::pipe2(output, O_CLOEXEC) != 0)
    return failed();
  if (::pipe2(report, O_CLOEXEC) != 0) {
    ::close(output[0]);
    ::close(output[1]);
    return failed();
  }
  const auto argv = pointers(command.arguments);
  const auto envp = pointers(command.environment);
  Child child;
  child.pid = ::fork();
  if (child.pid == 0)
    become(command, argv.data(), envp.data(), output[1], report[1]);
  const int fork_error = errno;
  ::close(output[1]);
  ::close(report[1]);
  child.output = output[0];
  int exec_error = child.pid < 0 ? fork_error : 0;
  if (child.pid > 0) {
    // The child does the same: whoever is first, the group exists from now on.
    ::setpgid(child.pid, child.pid);
    ssize_t n = 0;
    do
      n = ::read(report[0], &exec_error, sizeof exec_error);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
      exec_error = 0; // a successful exec closed it
  }
  ::close(report[0]);
  if (exec_error != 0) {
    ::close(child.output);
    if (child.pid > 0)
      ::waitpid(child.pid, nullptr, 0);
    errno = exec_error;
    return failed();
  }
  child.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
  ::fcntl(child.output, F_SETFL, O_NONBLOCK);
  return child;
}

// Appends what can be read; false at the end of the output.
bool drain(int fd, const ProcessCommand& command, std::string& output) {
  char buffer[65536];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n > 0) {
      output.append(buffer, static_cast<size_t>(n));
      if (command.on_output)
        command.on_output({buffer, static_cast<size_t>(n)});
      if (output.size() > 2 * command.output_limit)
        output.erase(0, output.size() - command.output_limit);
      continue;
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
  }
}

class RealProcessRunner final : public ProcessRunner {
public:
  explicit RealProcessRunner(const Interrupts& interrupts) : m_interrupts(interrupts) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  }

  Result<Outcome> run(const ProcessCommand& command) override {
    auto child = start(command);
    if (!child)
      return tl::unexpected(child.error());
    Outcome outcome;
    watch(*child, command, outcome);
    ::kill(-child->pid, SIGKILL); // whatever is left of the group
    int status = 0;
    while (::waitpid(child->pid, &status, 0) < 0 && errno == EINTR) {
    }
    // They become our children when their parents die. A killed process is not gone yet: it may
    // still be creating a file in the directory that is removed next.
    while (::waitpid(-child->pid, nullptr, 0) > 0 || errno == EINTR) {
    }
    drain(child->output, command, outcome.output);
    ::close(child->output);
    if (child->pidfd >= 0)
      ::close(child->pidfd);
    outcome.exit_status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    if (outcome.output.size() > command.output_limit)
      outcome.output.erase(0, outcome.output.size() - command.output_limit);
    return outcome;
  }

private:
  // Returns when the child has ended, or when it has not ended within the grace period after TERM.
  void watch(const Child& child, const ProcessCommand& command, Outcome& outcome) const {
    bool reading = true;
    bool ending = false;
    // When to act next: TERM at the time limit, KILL at the end of the grace period.
    auto deadline = Clock::now() + std::chrono::seconds(command.time_limit);
    for (;;) {
      const bool interrupted = m_interrupts.pending() != 0;
      const bool late = command.time_limit != 0 && Clock::now() >= deadline;
      if (!ending && (interrupted || late)) {
        ending = true;
        (interrupted ? outcome.interrupted : outcome.timed_out) = true;
        ::kill(-child.pid, SIGTERM);
        deadline = Clock::now() + std::chrono::milliseconds(k_grace_ms);
      }
      int timeout = child.pidfd >= 0 ? -1 : 50; // without a pidfd: poll
      if (ending || command.time_limit != 0) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0 && ending)
          return;
        const int until = static_cast<int>(std::clamp<int64_t>(left, 0, k_longest_wait_ms));
        timeout = timeout < 0 ? until : std::min(timeout, until);
      }
      pollfd fds[3] = {{reading ? child.output : -1, POLLIN, 0},
                       {child.pidfd, POLLIN, 0},
                       {ending ? -1 : m_interrupts.descriptor(), POLLIN, 0}};
      if (::poll(fds, 3, timeout) < 0 && errno != EINTR)
        return;
      if (fds[0].revents != 0)
        reading = drain(child.output, command, outcome.output);
      if (fds[1].revents != 0)
        return;
      siginfo_t info{};
      if (child.pidfd < 0 &&
          ::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
          info.si_pid == child.pid)
        return;
    }
  }

  const Interrupts& m_interrupts;
};

} // namespace

std::unique_ptr<ProcessRunner> make_real_process_runner(const Interrupts& interrupts) {
  return std::make_unique<RealProcessRunner>(interrupts);
}

} // namespace kpb
