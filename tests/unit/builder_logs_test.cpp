// SPDX-License-Identifier: GPL-2.0-only
//
// Complete logs of failed builds, each replayed by the stub of its tool and read as a builder's
// plugin reads it: the output and the exit status are those of the stub.
#include "plugins/common/diff_builder/diagnose.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace {

using namespace kpb::builders;

const std::string k_logs = KPB_TEST_FIXTURES "/builder-logs";
const std::string k_stubs = KPB_TEST_FIXTURES "/../stubs";

struct Expected {
  std::string name;
  int status = 0;
  uint32_t fault = 0;
  std::string code;
  std::string where; // "-" for none
};

std::vector<Expected> read_expected() {
  std::vector<Expected> out;
  std::ifstream file(k_logs + "/expected.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    Expected e;
    if (line.front() != '#' && words >> e.name >> e.status >> e.fault >> e.code >> e.where)
      out.push_back(e);
  }
  return out;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Runs the stub in `tree`; captures its output and errors together.
int run_stub(const std::string& tree, const std::string& tool, std::string& output) {
  const std::string command =
      "cd '" + tree + "' && exec '" + k_stubs + "/" + tool + "' x.patch 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    output += static_cast<char>(c);
  return WEXITSTATUS(pclose(pipe));
}

} // namespace

TEST_CASE("logs of failed builds, replayed by stubs, become the right messages") {
  const auto all = read_expected();
  REQUIRE(all.size() >= 25);
  std::set<std::string> messages;
  for (const auto& e : all) {
    CAPTURE(e.name);
    const bool is_kpatch = e.name.rfind("kpatch-", 0) == 0;
    const kpb_test::TemporaryDirectory tree;
    std::ofstream(tree / "kpb-stub-log") << k_logs << "/" << e.name << ".log\n";
    std::ofstream(tree / "kpb-stub-status") << e.status << "\n";
    std::string output;
    const int status = run_stub(tree.path(), is_kpatch ? "kpatch-build" : "klp-build", output);
    REQUIRE(output == read_file(k_logs + "/" + e.name + ".log"));
    REQUIRE(status == e.status);

    const Tool tool = is_kpatch ? Tool::kpatch_build : Tool::klp_build;
    CHECK_FALSE(succeeded(tool, output, status));
    const kpb::sdk::Diagnostic failure = diagnose(tool, output, status);
    CAPTURE(failure.what, failure.why, failure.hint);
    CHECK(failure.code == e.code);
    CHECK(static_cast<uint32_t>(failure.fault) == e.fault);
    CHECK((failure.where.empty() ? "-" : failure.where) == e.where);
    CHECK(messages.insert(e.name[1] + failure.where + failure.what)
              .second); // each has a message of its own
  }
}

TEST_CASE("every log has its expectation") {
  std::set<std::string> names;
  for (const auto& e : read_expected())
    names.insert(e.name + ".log");
  names.insert("expected.txt");
  names.insert("failures.json"); // field_failures_test.cpp
  for (const auto& entry : std::filesystem::directory_iterator(k_logs))
    CHECK(names.count(entry.path().filename().string()) == 1);
}
