// SPDX-License-Identifier: GPL-2.0-only
//
// The real ProcessRunner with real children, mostly /bin/sh: what they get, what is returned, and
// that an interrupt ends them and whatever they started.
#include "core/base/text.hpp"
#include "core/system/process.hpp"
#include "temporary_directory.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>

using kpb::Outcome;
using kpb_test::TemporaryDirectory;

namespace {

// Like install_interrupts(), with a pipe, but for one test only.
class PipeInterrupts final : public kpb::Interrupts {
public:
  PipeInterrupts() { REQUIRE(::pipe2(m_pipe, O_CLOEXEC | O_NONBLOCK) == 0); }
  ~PipeInterrupts() override {
    ::close(m_pipe[0]);
    ::close(m_pipe[1]);
  }
  int pending() const override { return m_number; }
  int descriptor() const override { return m_pipe[0]; }
  void come(int number) {
    m_number = number;
    CHECK(::write(m_pipe[1], "x", 1) == 1);
  }

private:
  int m_pipe[2] = {-1, -1};
  std::atomic<int> m_number{0};
};

kpb::Result<Outcome> run(std::vector<std::string> arguments, std::string directory = "/",
                         std::vector<std::string> environment = {}) {
  const kpb::NoInterrupts none;
  return kpb::make_real_process_runner(none)->run(
      {std::move(arguments), std::move(directory), std::move(environment)});
}

Outcome shell(const std::string& script, std::vector<std::string> environment = {}) {
  const auto outcome = run({"/bin/sh", "-c", script}, "/", std::move(environment));
  REQUIRE(outcome);
  CHECK_FALSE(outcome->interrupted);
  return *outcome;
}

// Whatever reaps orphans on this machine may take a moment, or may never do it.
bool is_dead(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(stat), {}};
  return text.empty() || text.find(") Z ") != std::string::npos;
}

// Waits for something that must happen soon.
template <class Condition> bool soon(Condition condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition())
      return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

bool no_child_left() { return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

} // namespace

TEST_CASE("processes: exit status", "[process]") {
  CHECK(shell("exit 0").exit_status == 0);
  CHECK(shell("exit 3").exit_status == 3);
  CHECK(shell("exit 255").exit_status == 255);
  CHECK(no_child_left());
}

TEST_CASE("processes: a signal comes back as its number below zero", "[process]") {
  CHECK(shell("kill -KILL $$").exit_status == -SIGKILL);
  CHECK(shell("kill -TERM $$").exit_status == -SIGTERM);
  CHECK(no_child_left());
}

TEST_CASE("processes: standard output and error, in the order they were written", "[process]") {
  CHECK(shell("echo one; echo two >&2; printf 'three\\0four'").output ==
        std::string("one\ntwo\nthree\0four", 18));
  CHECK(shell("").output.empty());
}

TEST_CASE("processes: of much output the end is kept, and nobody waits for a reader", "[process]") {
  const Outcome outcome = shell("i=0; while [ $i -lt 2000 ]; do printf '%1000d\\n' $i; "
                                "i=$((i+1)); done; echo last");
  CHECK(outcome.exit_status == 0);
  CHECK(outcome.output.size() == 256 * 1024);
  CHECK(outcome.output.ends_with(" 1999\nlast\n"));
}

TEST_CASE("processes: a program that is not there, or none", "[process]") {
  TemporaryDirectory temp;
  const std::pair<std::string, int> cases[] = {
      {temp / "missing", ENOENT},
      {temp.file("text", "hello", 0755), ENOEXEC},
      {temp.file("not-executable", "#!/bin/sh\n", 0644), EACCES},
      {temp.directory("directory"), EACCES},
      {temp.file("no-interpreter", "#!/nowhere/sh\n", 0755), ENOENT},
      {"", ENOENT},
  };
  for (const auto& [program, number] : cases) {
    CAPTURE(program);
    const auto outcome = run({program});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().number == number);
    CHECK(outcome.error().operation == "run");
    CHECK(outcome.error().path == program);
  }
  CHECK(no_child_left());
}

TEST_CASE("processes: the directory", "[process]") {
  TemporaryDirectory temp;
  CHECK(run({"/bin/pwd", "-P"}, temp.path())->output == temp.path() + "\n");
  const auto outcome = run({"/bin/pwd"}, temp / "missing");
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().number == ENOENT);
}

TEST_CASE("processes: the environment is what was given, and nothing else", "[process]") {
  ::setenv("KPB_TEST_LEAK", "1", 1);
  CHECK(run({"/usr/bin/env"}, "/", {"B=2", "A=1 with blanks", "EMPTY="})->output ==
        "B=2\nA=1 with blanks\nEMPTY=\n");
  CHECK(run({"/usr/bin/env"})->output.empty());
  ::unsetenv("KPB_TEST_LEAK");
}

TEST_CASE("processes: arguments arrive as they are", "[process]") {
  CHECK(run({"/usr/bin/printf", "%s|", "a b", "$HOME", "", "*", "\n"})->output ==
        "a b|$HOME||*|\n|");
}

TEST_CASE("processes: standard input is empty, and no other file is open", "[process]") {
  CHECK(shell("cat; readlink /proc/$$/fd/0").output == "/dev/null\n");
  const int inherited = ::open("/dev/null", O_RDONLY); // without O_CLOEXEC, as in many programs
  const std::string open = shell("ls -l /proc/$$/fd", {"PATH=/usr/bin:/bin"}).output;
  ::close(inherited);
  CAPTURE(open);
  CHECK(open.find(" 2 -> pipe:") != std::string::npos);
  CHECK(kpb::split(open, '\n').size() == 5); // "total 0", three files, and the end
}

TEST_CASE("processes: signals, mask and umask are the defaults", "[process]") {
  std::signal(SIGPIPE, SIG_IGN); // as the program does
  sigset_t block;
  sigset_t before;
  ::sigemptyset(&block);
  ::sigaddset(&block, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &block, &before);
  const mode_t mask = ::umask(0077);
  const Outcome outcome = shell("umask; grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\\t'");
  ::umask(mask);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  // Signals 32 and 33 are the C library's own, and some of its versions leave them ignored.
  const std::string output = kpb::replace_all(outcome.output, "180000000\n", "000000000\n");
  CHECK(output == "0022\nSigBlk:0000000000000000\nSigIgn:0000000000000000\n");
}

TEST_CASE("processes: a child leads a process group of its own", "[process]") {
  const auto outcome = run({"/bin/sh", "-c", "cut -d' ' -f5 /proc/$$/stat; echo $$"});
  const auto lines = kpb::split(outcome->output, '\n');
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == lines[1]);
  CHECK(lines[0] != std::to_string(::getpgrp()));
}

TEST_CASE("processes: what a child leaves in the background is not waited for", "[process]") {
  const auto start = std::chrono::steady_clock::now();
  const Outcome outcome = shell("sleep 20 & echo $!");
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  CHECK(spent.count() < 10);
  ::kill(std::stoi(outcome.output), SIGKILL);
}

TEST_CASE("processes: an interrupt ends the group with TERM", "[process]") {
  PipeInterrupts interrupts;
  TemporaryDirectory temp;
  std::thread user([&] {
    CHECK(soon([&] { return temp.has("ready"); }));
    interrupts.come(SIGINT);
  });
  const auto outcome =
      kpb::make_real_process_runner(interrupts)
          ->run({{"/bin/sh", "-c",
                  "trap 'echo tidied; exit 7' TERM; : > ready; while :; do sleep 0.05; done"},
                 temp.path(),
                 {"PATH=/usr/bin:/bin"}});
  user.join();
  REQUIRE(outcome);
  CHECK(outcome->interrupted);
  CHECK(outcome->exit_status == 7);
  CHECK(outcome->output.ends_with("tidied\n"));
  CHECK(no_child_left());
}

TEST_CASE("processes: who ignores TERM gets KILL, and so does the rest of the group", "[process]") {
  PipeInterrupts interrupts;
  TemporaryDirectory temp;
  std::thread user([&] {
    CHECK(soon([&] { return temp.has("ready"); }));
    interrupts.come(SIGTERM);
  });
  const auto start = std::chrono::steady_clock::now();
  const auto outcome =
      kpb::make_real_process_runner(interrupts)
          ->run(
              {{"/bin/sh", "-c",
                "trap '' TERM; sleep 60 & echo $! > grandchild; sh -c 'trap \"\" TERM; sleep 60' & "
                "echo $! > other; mv other ready; while :; do sleep 1; done"},
               temp.path(),
               {"PATH=/usr/bin:/bin"}});
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  user.join();
  REQUIRE(outcome);
  CHECK(outcome->interrupted);
  CHECK(outcome->exit_status == -SIGKILL);
  CHECK(spent.count() >= 2.0); // the grace period
  CHECK(spent.count() < 10.0);
  for (const char* file : {"grandchild", "ready"}) {
    const pid_t pid = std::stoi(temp.content(file));
    CAPTURE(file, pid);
    CHECK(soon([&] { return is_dead(pid); }));
  }
  CHECK(no_child_left());
}

TEST_CASE("processes: a child that ends at once on an interrupt leaves no grandchild",
          "[process]") {
  PipeInterrupts interrupts;
  TemporaryDirectory temp;
  std::thread user([&] {
    CHECK(soon([&] { return temp.has("ready"); }));
    interrupts.come(SIGHUP);
  });
  const auto outcome =
      kpb::make_real_process_runner(interrupts)
          ->run(
              {{"/bin/sh", "-c",
                "trap 'exit 1' TERM; sh -c 'trap \"\" TERM; while :; do sleep 1; done' & echo $! > pid; "
                "mv pid ready; while :; do sleep 0.05; done"},
               temp.path(),
               {"PATH=/usr/bin:/bin"}});
  user.join();
  REQUIRE(outcome);
  CHECK(outcome->interrupted);
  const pid_t pid = std::stoi(temp.content("ready"));
  CHECK(soon([&] { return is_dead(pid); }));
}

TEST_CASE("processes: an interrupt that came before the start", "[process]") {
  PipeInterrupts interrupts;
  interrupts.come(SIGINT);
  const auto outcome =
      kpb::make_real_process_runner(interrupts)->run({{"/bin/sleep", "60"}, "/", {}});
  REQUIRE(outcome);
  CHECK(outcome->interrupted);
  CHECK(outcome->exit_status == -SIGTERM);
}

TEST_CASE("processes: at its time limit a child ends, and what it said by then is kept",
          "[process]") {
  const kpb::NoInterrupts none;
  kpb::ProcessCommand command{
      {"/bin/sh", "-c", "echo said; sleep 60 & wait"}, "/", {"PATH=/usr/bin:/bin"}};
  command.time_limit = 1;
  const auto outcome = kpb::make_real_process_runner(none)->run(command);
  REQUIRE(outcome);
  CHECK(outcome->timed_out);
  CHECK_FALSE(outcome->interrupted);
  CHECK(outcome->exit_status == -SIGTERM);
  CHECK(outcome->output == "said\n");
  CHECK(no_child_left());
}

TEST_CASE("processes: a child that ends before its time limit is not late", "[process]") {
  const kpb::NoInterrupts none;
  kpb::ProcessCommand command{{"/bin/sh", "-c", "exit 3"}, "/", {}};
  command.time_limit = 3600;
  const auto outcome = kpb::make_real_process_runner(none)->run(command);
  REQUIRE(outcome);
  CHECK_FALSE(outcome->timed_out);
  CHECK(outcome->exit_status == 3);
}

TEST_CASE("processes: nothing stays open", "[process]") {
  const int before = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (int i = 0; i < 20; ++i) {
    (void)run({"/bin/true"});
    (void)run({"/missing"});
  }
  const int after = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  CHECK(after == before + 1);
  ::close(before);
  ::close(after);
}
