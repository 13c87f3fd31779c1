// SPDX-License-Identifier: GPL-2.0-only
//
// The parts of starting and ending a child that real_process_test.cpp does not cover: a log instead
// of a pipe, our umask, and a group that outlives its leader.
#include "core/system/spawn.hpp"
#include "temporary_directory.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>

using kpb_test::TemporaryDirectory;

namespace {

using Words = std::vector<std::string>;

kpb::Child shell(const std::string& script, const std::string& log) {
  const auto child = kpb::spawn({.arguments = Words{"/bin/sh", "-c", script},
                                 .environment = Words{"PATH=/usr/bin:/bin"},
                                 .log = log});
  REQUIRE(child);
  return *child;
}

// Reaping does not wait: it ends what is still running.
bool ends_soon(const kpb::Child& child) {
  pollfd end = {child.pidfd, POLLIN, 0};
  return ::poll(&end, 1, 10000) == 1;
}

} // namespace

TEST_CASE("spawn: what it says is added to its log, both of it", "[process]") {
  TemporaryDirectory temp;
  const std::string log = temp.file("log", "before\n");
  kpb::Child child = shell("pwd; echo to error >&2; exit 3", log);
  CHECK(ends_soon(child));
  CHECK(kpb::reap(child) == 3);
  CHECK(child.pidfd == -1);
  CHECK(temp.content("log") == "before\n/\nto error\n");
}

TEST_CASE("spawn: a log that cannot be opened is the reason why nothing runs", "[process]") {
  TemporaryDirectory temp;
  const auto child = kpb::spawn(
      {.arguments = Words{"/bin/true"}, .environment = Words{}, .log = temp / "missing/log"});
  REQUIRE_FALSE(child);
  CHECK(child.error().number == ENOENT);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("spawn: the umask is ours, or the one that is asked for; ours stays", "[process]") {
  TemporaryDirectory temp;
  const mode_t before = ::umask(027);
  kpb::Child child = shell("umask", temp / "log");
  CHECK(ends_soon(child));
  kpb::reap(child);
  const auto other = kpb::spawn({.arguments = Words{"/bin/sh", "-c", "umask"},
                                 .environment = Words{},
                                 .log = temp / "log",
                                 .umask = 022});
  const auto missing = kpb::spawn({.arguments = Words{temp / "missing"},
                                   .environment = Words{},
                                   .log = temp / "log",
                                   .umask = 022});
  const mode_t after = ::umask(before);
  REQUIRE(other);
  kpb::Child last = *other;
  CHECK(ends_soon(last));
  kpb::reap(last);
  CHECK_FALSE(missing);
  CHECK(after == 027);
  CHECK(temp.content("log") == "0027\n0022\n");
}

TEST_CASE("spawn: that a child has ended is seen before its status is taken", "[process]") {
  TemporaryDirectory temp;
  kpb::Child child = shell("read line < fifo", temp / "log"); // "/fifo", which does not exist
  CHECK(ends_soon(child));
  CHECK(kpb::has_ended(child));
  CHECK(kpb::has_ended(child));
  CHECK(kpb::reap(child) > 0);

  kpb::Child sleeper = shell("exec sleep 20", temp / "log");
  CHECK_FALSE(kpb::has_ended(sleeper));
  CHECK(kpb::reap(sleeper) == -SIGKILL);
}

TEST_CASE("spawn: reaping ends the group of a child that has gone already", "[process]") {
  TemporaryDirectory temp;
  kpb::adopt_orphans();
  kpb::Child child = shell("sleep 20 & echo $!", temp / "log");
  CHECK(ends_soon(child));
  const auto start = std::chrono::steady_clock::now();
  CHECK(kpb::reap(child) == 0);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  const pid_t left = std::stoi(temp.content("log"));
  CHECK(::kill(left, 0) == -1);
  CHECK(errno == ESRCH);
}
