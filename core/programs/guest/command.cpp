// SPDX-License-Identifier: GPL-2.0-only
//
// See command.hpp.
#include "core/programs/guest/command.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace kpb_guest {

namespace {

constexpr unsigned k_limit = 60; // seconds
constexpr size_t k_most_output = 4096;
constexpr int k_not_started = 127;

[[noreturn]] void become(const std::vector<std::string>& words, int output, int report) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const auto& word : words)
    argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  char* environment[] = {path, nullptr};
  ::dup2(output, 1);
  ::dup2(output, 2);
  ::alarm(k_limit); // survives exec
  ::execve(argv[0], argv.data(), environment);
  const int failure = errno;
  [[maybe_unused]] const ssize_t n = ::write(report, &failure, sizeof failure);
  ::_exit(k_not_started);
}

} // namespace

Ended run_command(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    words.push_back(word);
  Ended ended;
  int output[2];
  int report[2];
  if (words.empty() || ::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(report, O_CLOEXEC) != 0) {
    ended.words = "it cannot be started";
    return ended;
  }
  const pid_t pid = ::fork();
  if (pid == 0)
    become(words, output[1], report[1]);
  ::close(output[1]);
  ::close(report[1]);
  int failure = pid < 0 ? EAGAIN : 0;
  if (pid > 0 && ::read(report[0], &failure, sizeof failure) <= 0)
    failure = 0;
  char buffer[1024];
  for (ssize_t n = 0; (n = ::read(output[0], buffer, sizeof buffer)) > 0;)
    if (ended.output.size() < k_most_output)
      ended.output.append(buffer, static_cast<size_t>(n));
  ::close(output[0]);
  ::close(report[0]);
  int status = 0;
  if (pid > 0)
    ::waitpid(pid, &status, 0);
  ended.started = failure == 0;
  if (!ended.started) {
    ended.words = words[0] + ": " + std::strerror(failure);
    return ended;
  }
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ended.words = WIFEXITED(status)
                    ? "exit status " + std::to_string(ended.status)
                    : "ended by signal " + std::to_string(WTERMSIG(status)) +
                          (WTERMSIG(status) == SIGALRM ? ", killed after a minute" : "");
  return ended;
}

} // namespace kpb_guest
