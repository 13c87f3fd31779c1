// SPDX-License-Identifier: GPL-2.0-only
//
// What is passed to Slurm, and what its answers mean. tests/cluster uses a real one.
#include "core/series/cell_command.hpp"
#include "core/series/slurm_script.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

EngineJob job() {
  EngineJob out;
  out.processors = 4;
  return out;
}

} // namespace

TEST_CASE("limits become sbatch's, the manifest's partition before the command line's",
          "[series]") {
  EngineJob j = job();
  CHECK(slurm_options(j, {}) ==
        std::vector<std::string>{"--requeue", "--cpus-per-task=4", "--export=NIL"});
  j.limits.memory = 8ULL << 30;
  j.limits.time = 61;
  const auto with = slurm_options(j, "site");
  CHECK(std::vector<std::string>(with.begin() + 3, with.end()) ==
        std::vector<std::string>{"--partition=site", "--mem=8192M", "--time=2"});
  j.limits.partition = "big";
  CHECK(slurm_options(j, "site")[3] == "--partition=big");
}

TEST_CASE("what squeue and scontrol say", "[series]") {
  const auto queue = parse_squeue("12_0 RUNNING\n12_1 PENDING\n13 COMPLETING\n");
  CHECK(queue.size() == 3);
  CHECK(queue.at("12_1") == "PENDING");
  CHECK(parse_squeue("").empty());
  const std::string text =
      "JobId=14 ArrayJobId=12 ArrayTaskId=2 JobState=NODE_FAIL Reason=None ExitCode=0:0\n";
  CHECK(scontrol_value(text, "JobState") == "NODE_FAIL");
  CHECK(scontrol_value(text, "Nothing").empty());
}

TEST_CASE("how a job ended that left no status", "[series]") {
  CHECK(slurm_end("TIMEOUT").how == EngineEnd::How::time);
  CHECK(slurm_end("OUT_OF_MEMORY").how == EngineEnd::How::memory);
  CHECK(slurm_end("CANCELLED").how == EngineEnd::How::lost);
  CHECK(slurm_end("CANCELLED").why == "Slurm ended its job: CANCELLED");
  CHECK(slurm_end("").why.find("no longer knows its job") != std::string::npos);
}
