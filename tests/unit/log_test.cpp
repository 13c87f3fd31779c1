// SPDX-License-Identifier: GPL-2.0-only
//
// The log file of a run: which lines it contains and their form. tests/cli/series_jobs.sh checks
// what --debug adds from outside, because debugging stays on for the whole process.
#include "core/run/log.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <regex>

using namespace kpb;
using kpb_test::TemporaryDirectory;

TEST_CASE("log: a line has time, level and origin, and there are none below info", "[log]") {
  TemporaryDirectory temp;
  {
    const LogFile file(temp / "log");
    log(LogLevel::debug, "here", "unheard");
    CHECK_FALSE(temp.has("log")); // created with the first line
    log(LogLevel::info, "here", "one");
    log(LogLevel::warning, "there", "two\x1b[1m");
    log(LogLevel::error, "there", "three");
    CHECK_FALSE(debug_log_enabled());
  }
  log(LogLevel::error, "here", "nobody listens any more");
  const std::string time = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}";
  const std::regex lines(time + " info here: one\n" + time + R"( warning there: two\\x1b\[1m\n)" +
                         time + " error there: three\n");
  INFO(temp.content("log"));
  CHECK(std::regex_match(temp.content("log"), lines));
}

TEST_CASE("log: the later file takes over, and what was there stays", "[log]") {
  TemporaryDirectory temp;
  temp.file("b", "before\n");
  const LogFile first(temp / "a");
  const LogFile second(temp / "b");
  log(LogLevel::info, "x", "one");
  CHECK_FALSE(temp.has("a"));
  CHECK(temp.content("b").find("before\n") == 0);
  CHECK(temp.content("b").find(" info x: one\n") != std::string::npos);
}
