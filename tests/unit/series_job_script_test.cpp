// SPDX-License-Identifier: GPL-2.0-only
//
// The script of a cluster's job, and what its status says. tests/cluster runs such scripts.
#include "core/series/cell_command.hpp"
#include "core/series/job_script.hpp"
#include "core/series/slurm_script.hpp"
#include "memory_filesystem.hpp"

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
  CHECK(job_script(job(), "/d/0.status") ==
        "#!/bin/sh\n# fix@k\nrm -f /d/0.status\nexport PATH=/bin\nexport 'X=a b'\n"
        "mkdir -p /d/out-1\n/usr/bin/kpb build 'it'\\''s.patch' >>/d/log 2>&1 </dev/null\n"
        "status=$?\necho $status >/d/0.status.tmp && mv /d/0.status.tmp /d/0.status\n"
        "exit $status\n");
}

TEST_CASE("a job's script is read back as a shell reads it", "[series]") {
  EngineJob j = job();
  CHECK(checked_job_script(j, "/d/0.status") == job_script(j, "/d/0.status"));
  // Whatever the words are, the shell gets them; in the comment and in NULs it cannot.
  for (const char* odd :
       {"a\nrm -rf /", "$(x)", "`x`", "a'b", "'", "", " ", "#", "a;b", "\\", "~", "*"}) {
    INFO(odd);
    j = job();
    j.command.emplace_back(odd);
    j.environment.emplace_back(std::string("X=") + odd);
    j.log = std::string("/d/") + odd;
    j.output = std::string("/d/") + odd;
    CHECK(checked_job_script(j, std::string("/d/") + odd + "/0.status"));
  }
  j = job();
  j.name = "fix@k\nrm -rf /";
  CHECK_FALSE(checked_job_script(j, "/s"));
  j = job();
  j.command.emplace_back("a\0b", 3);
  CHECK_FALSE(checked_job_script(j, "/s"));
}

TEST_CASE("a script is taken apart as a shell does it", "[series]") {
  using Commands = std::vector<std::vector<std::string>>;
  CHECK(shell_commands("a 'b c'\td\n\n# x 'y\n  e'f'\\''g' #h\ni#j ''\n") ==
        Commands{{"a", "b c", "d"}, {"ef'g"}, {"i#j", ""}});
  CHECK(shell_commands("") == Commands{});
  CHECK_FALSE(shell_commands("a 'b"));
  for (const std::string before : {"", "a ", "\\", "'", "# "})
    CHECK_FALSE(shell_commands(before + std::string(1, '\0') + "'\n"));
}

TEST_CASE("secrets are handed over by name and stand in no script", "[series]") {
  EngineJob j = job();
  CHECK(slurm_options(j, {})[2] == "--export=NIL");
  j.handed_over = {"KBUILD_SIGN_PIN", "TOKEN"};
  CHECK(slurm_options(j, {})[2] == "--export=KBUILD_SIGN_PIN,TOKEN");
  CHECK(job_script(j, "/s").find("PIN") == std::string::npos);
}

TEST_CASE("a job's status tells how it ended", "[series]") {
  kpb_test::MemoryFileSystem files;
  CHECK_FALSE(end_by_status(files, "/d/0.status"));
  const auto status = [&](const std::string& text) {
    files.file("/d/0.status", text);
    const auto end = end_by_status(files, "/d/0.status");
    REQUIRE(end);
    CHECK(end->how == EngineEnd::How::exited);
    return end->status;
  };
  CHECK(status("0\n") == 0);
  CHECK(status("75\n") == 75);
  CHECK(status("128\n") == 128);
  CHECK(status("137\n") == -9); // killed: the shell's form of it
  for (const char* damaged : {"", "x\n", "-1\n", "256\n"})
    CHECK(status(damaged) == -1);
}
