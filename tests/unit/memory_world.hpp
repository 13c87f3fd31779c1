// SPDX-License-Identifier: GPL-2.0-only
//
// A whole Context that a test controls: files in memory, an environment and signals that the test
// sets, and programs that are recorded instead of run.
#ifndef KPB_TESTS_UNIT_MEMORY_WORLD_HPP
#define KPB_TESTS_UNIT_MEMORY_WORLD_HPP

#include "core/plugin/context.hpp"
#include "memory_filesystem.hpp"

#include <functional>

namespace kpb_test {

class FakeEnvironment final : public kpb::Environment {
public:
  std::map<std::string, std::string> variables;
  std::string release = "6.1.0-56-amd64";
  std::string machine_name = "x86_64";
  uint32_t mask = 022;
  int64_t now = 0;

  std::optional<std::string> variable(const std::string& name) const override {
    const auto it = variables.find(name);
    return it == variables.end() ? std::nullopt : std::optional<std::string>(it->second);
  }
  std::string kernel_release() const override { return release; }
  std::string machine() const override { return machine_name; }
  uint64_t processors() const override { return 2; }
  std::string current_directory() const override { return "/cwd"; }
  std::string executable() const override { return "/usr/bin/kpb"; }
  bool is_terminal(int) const override { return false; }
  double seconds() const override { return 0; }
  uint32_t umask() const override { return mask; }
  int64_t wall_clock() const override { return now; }
};

class FakeProcesses final : public kpb::ProcessRunner {
public:
  std::vector<kpb::ProcessCommand> commands;
  kpb::Outcome outcome;
  std::function<void(const kpb::ProcessCommand&)> act; // what the program does to the files

  kpb::Result<kpb::Outcome> run(const kpb::ProcessCommand& command) override {
    commands.push_back(command);
    if (act)
      act(command);
    return outcome;
  }
};

class FakeInterrupts final : public kpb::Interrupts {
public:
  int number = 0;
  int fd = -1;
  int pending() const override { return number; }
  int descriptor() const override { return fd; }
};

class NoProgress final : public kpb::Progress {
public:
  void begin(Step, const std::string&) override {}
};

struct World {
  MemoryFileSystem files;
  FakeEnvironment environment;
  FakeProcesses processes;
  FakeInterrupts interrupts;
  kpb::PluginCatalog plugins;
  kpb::TemplateEngine templates{files, {}};
  NoProgress progress;
  kpb::CollectingSink sink;
  kpb::Context context{
      {files, environment, processes, interrupts, progress, sink}, plugins, templates};

  const kpb::Diagnostic* error() const { return sink.first_error(); }
  std::string code() const { return error() == nullptr ? "" : error()->code; }
  std::string text() const {
    return error() == nullptr ? ""
                              : error()->what + "; " + error()->why + " hint: " + error()->hint;
  }
};

} // namespace kpb_test

#endif
