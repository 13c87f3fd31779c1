// SPDX-License-Identifier: GPL-2.0-only
//
// What is passed to Slurm, and what its answers mean. tests/cluster uses a real one.
#include "core/series/slurm_script.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

EngineJob job() {
  EngineJob out;
  out.name = "fix@k";
  out.command = {"/usr/bin/kpb", "build", "it's.patch"};
  out.environment = {"PATH=/bin", "X=a b"};
  out.log = "/d/log";
  out.output = "/d/out-1";
  out.processors = 4;
  return out;
}

} // namespace

TEST_CASE("a job's script runs the command, and leaves its status at once and whole", "[series]") {
  CHECK(slurm_script(job(), "/d/0.status") ==
        "#!/bin/sh\n# fix@k\nrm -f /d/0.status\nexport PATH=/bin\nexport 'X=a b'\n"
        "mkdir -p /d/out-1\n/usr/bin/kpb build 'it'\\''s.patch' >>/d/log 2>&1 </dev/null\n"
        "status=$?\necho $status >/d/0.status.tmp && mv /d/0.status.tmp /d/0.status\n"
        "exit $status\n");
}

TEST_CASE("secrets are handed over by name and stand in no script", "[series]") {
  EngineJob j = job();
  CHECK(slurm_options(j, {})[2] == "--export=NIL");
  j.handed_over = {"KBUILD_SIGN_PIN", "TOKEN"};
  CHECK(slurm_options(j, {})[2] == "--export=KBUILD_SIGN_PIN,TOKEN");
  CHECK(slurm_script(j, "/s").find("PIN") == std::string::npos);
}

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
