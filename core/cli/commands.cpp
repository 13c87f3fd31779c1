// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of commands. What a command takes stands beside its code; only what works stands there.
#include "core/cli/command.hpp"

namespace kpb {

const std::vector<OptionSpec>& common_options() {
  static const std::vector<OptionSpec> options = {
      {"plugin-dir", 0, "DIR", true, "search DIR for plugins before the installed ones",
       "directory"},
      {"template-dir", 0, "DIR", true, "search DIR for templates before the installed ones",
       "directory"},
      {"json", 0, nullptr, false, "print exactly one JSON document on standard output", nullptr},
      {"quiet", 'q', nullptr, false, "print errors and warnings only", nullptr},
      {"debug", 'd', nullptr, false, "print which programs are run, and why", nullptr},
      {"color", 0, "WHEN", false, "when to colour messages: auto (default), always or never",
       "auto|always|never"},
      {"help", 'h', nullptr, false, "print this help", nullptr},
  };
  return options;
}

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      build_command(),  inspect_command(),   series_command(),
      verify_command(), conflicts_command(), boot_test_command(),
      kernel_command(), plugins_command(),   help_command(),
  };
  return table;
}

const Command* find_command(const std::string& name) {
  for (const auto& command : commands())
    if (name == command.spec.name)
      return &command;
  return nullptr;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : commands())
    names.emplace_back(command.spec.name);
  return names;
}

} // namespace kpb
