// SPDX-License-Identifier: GPL-2.0-only
//
// Clock and programs. A child gets fixed arguments, a fixed environment, and a time limit.
#include "core/programs/reconcile/real_world.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kpb::runtime {

namespace {

volatile std::sig_atomic_t g_told_to_end = 0;

void remember(int) { g_told_to_end = 1; }

uint64_t now_ms() {
  timespec t = {};
  ::clock_gettime(CLOCK_BOOTTIME, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000 + static_cast<uint64_t>(t.tv_nsec) / 1000000;
}

class RealClock : public Clock {
public:
  RealClock() {
    struct sigaction action = {};
    action.sa_handler = remember; // without SA_RESTART, so that a sleep ends
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
  }

  uint64_t now() override { return now_ms(); }
  bool told_to_end() override { return g_told_to_end != 0; }

  bool sleep(uint64_t milliseconds) override {
    // In slices: a signal just before the sleep would not end it.
    const uint64_t until = now_ms() + milliseconds;
    while (g_told_to_end == 0) {
      const uint64_t now = now_ms();
      if (now >= until)
        return true;
      const uint64_t slice = std::min<uint64_t>(until - now, 500);
      const timespec t = {static_cast<time_t>(slice / 1000),
                          static_cast<long>(slice % 1000 * 1000000)};
      ::nanosleep(&t, nullptr);
    }
    return false;
  }
};

constexpr std::array<const char*, 4> k_directories = {"/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/"};

[[noreturn]] void become(const std::vector<std::string>& words, int output) {
  std::vector<char*> arguments;
  for (const auto& word : words)
    arguments.push_back(const_cast<char*>(word.c_str())); // exec's signature is older than const
  arguments.push_back(nullptr);
  char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char locale[] = "LC_ALL=C";
  std::array<char*, 3> environment = {path, locale, nullptr};
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output >= 0 ? output : nothing, STDOUT_FILENO);
  if (words[0].find('/') != std::string::npos)
    ::execve(words[0].c_str(), arguments.data(), environment.data());
  else
    for (const char* directory : k_directories)
      ::execve((directory + words[0]).c_str(), arguments.data(), environment.data());
  ::_exit(127);
}

class RealPrograms : public Programs {
public:
  Result<int> run(const std::vector<std::string>& words, uint64_t limit,
                  std::string* output) override {
    std::array<int, 2> pipe = {-1, -1};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
      return tl::unexpected(errno);
    const pid_t child = ::fork();
    if (child < 0) {
      const int error = errno;
      ::close(pipe[0]);
      ::close(pipe[1]);
      return tl::unexpected(error);
    }
    if (child == 0)
      become(words, pipe[1]);
    ::close(pipe[1]);
    // The output ends when the program and everything that it started have ended; the limit applies
    // to all of them.
    const bool in_time = drain(pipe[0], now_ms() + limit, output);
    ::close(pipe[0]);
    if (!in_time)
      ::kill(child, SIGKILL);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!in_time)
      return tl::unexpected(ETIMEDOUT);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

private:
  static bool drain(int fd, uint64_t until, std::string* output) {
    constexpr size_t k_most = 4U << 20U;
    std::array<char, 4096> buffer = {};
    for (;;) {
      const uint64_t now = now_ms();
      if (now >= until)
        return false;
      pollfd wait = {fd, POLLIN, 0};
      const int ready = ::poll(&wait, 1, static_cast<int>(std::min<uint64_t>(until - now, 1000)));
      if (ready == 0 || (ready < 0 && errno == EINTR))
        continue;
      const ssize_t n = ::read(fd, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return true;
      if (output != nullptr && output->size() < k_most)
        output->append(buffer.data(), static_cast<size_t>(n));
    }
  }
};

} // namespace

std::unique_ptr<Clock> real_clock() { return std::make_unique<RealClock>(); }
std::unique_ptr<Programs> real_programs() { return std::make_unique<RealPrograms>(); }

} // namespace kpb::runtime
