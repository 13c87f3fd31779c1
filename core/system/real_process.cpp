// SPDX-License-Identifier: GPL-2.0-only
//
// The real ProcessRunner. One poll loop waits for the child (through a pidfd), for its output and for our own interrupts.
#include "core/system/process.hpp"

#include "core/system/spawn.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace kpb {

namespace {

constexpr int k_grace_ms = 2000;
constexpr int64_t k_longest_wait_ms = 3600 * 1000; // of one poll, whose argument is an int

using Clock = std::chrono::steady_clock;

// A child whose output is read through a pipe.
struct Heard {
  Child child;
  int output = -1;
};

Result<Heard> start(const ProcessCommand& command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return tl::unexpected(SystemError{errno, "run", command.arguments[0]});
  const auto child = spawn({.arguments = command.arguments,
                            .environment = command.environment,
                            .directory = command.directory,
                            .output = ends[1],
                            .umask = 022});
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return tl::unexpected(child.error());
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Heard{*child, ends[0]};
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
    adopt_orphans();
  }

  Result<Outcome> run(const ProcessCommand& command) override {
    auto started = start(command);
    if (!started)
      return tl::unexpected(started.error());
    Outcome outcome;
    watch(*started, command, outcome);
    outcome.exit_status = reap(started->child);
    drain(started->output, command, outcome.output);
    ::close(started->output);
    if (outcome.output.size() > command.output_limit)
      outcome.output.erase(0, outcome.output.size() - command.output_limit);
    return outcome;
  }

private:
  // Returns when the child has ended, or when it has not ended within the grace period after TERM.
  void watch(const Heard& heard, const ProcessCommand& command, Outcome& outcome) const {
    const Child& child = heard.child;
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
      pollfd fds[3] = {{reading ? heard.output : -1, POLLIN, 0},
                       {child.pidfd, POLLIN, 0},
                       {ending ? -1 : m_interrupts.descriptor(), POLLIN, 0}};
      if (::poll(fds, 3, timeout) < 0 && errno != EINTR)
        return;
      if (fds[0].revents != 0)
        reading = drain(heard.output, command, outcome.output);
      if (fds[1].revents != 0)
        return;
      if (child.pidfd < 0 && has_ended(child))
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
