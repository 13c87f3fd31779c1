// SPDX-License-Identifier: GPL-2.0-only
//
// The order in which a run's jobs start, and how long a job that found a lock is retried.
#include "core/series/job_queue.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

QueuedJob named(const std::string& name) { return {QueuedJob::Makes::cell, 0, name}; }

std::string next(JobQueue& queue, double now) {
  const auto job = queue.next(now);
  return job ? job->name : "";
}

} // namespace

TEST_CASE("queue: in the order they were added, those that come first before them", "[series]") {
  JobQueue queue;
  queue.add(named("a"));
  queue.add(named("b"));
  queue.add_first(named("kernel"));
  CHECK(queue.ready() == 3);
  CHECK(next(queue, 1) == "kernel");
  CHECK(next(queue, 1) == "a");
  CHECK(next(queue, 1) == "b");
  CHECK(next(queue, 1).empty());
}

TEST_CASE("queue: a job that met a lock waits, and the others do not", "[series]") {
  JobQueue queue;
  queue.started(7, named("a"), 100);
  queue.add(named("b"));
  CHECK_FALSE(queue.ended(8));
  const auto a = queue.ended(7);
  REQUIRE(a);
  CHECK(queue.running() == 0);
  CHECK(queue.try_again(*a, 105));
  CHECK(next(queue, 106) == "b");
  CHECK(next(queue, 106).empty());
  CHECK(next(queue, 107) == "a");
}

TEST_CASE("queue: ten minutes after its first start a job is not tried again", "[series]") {
  JobQueue queue;
  double now = 100;
  queue.started(1, named("a"), now);
  for (int tries = 0; tries < 1000; ++tries) {
    const auto job = queue.ended(1);
    REQUIRE(job);
    if (!queue.try_again(*job, now))
      break;
    now += 10;
    auto again = queue.next(now);
    REQUIRE(again);
    queue.started(1, std::move(*again), now);
  }
  CHECK(now == 700);
  CHECK(queue.ready() == 0);
}
