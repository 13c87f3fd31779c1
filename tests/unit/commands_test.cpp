// SPDX-License-Identifier: GPL-2.0-only
//
// The tables of commands: what a row of a sub-command names is there.
#include "core/cli/command.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

using namespace kpb;

TEST_CASE("what sub-commands take are options of their command", "[cli]") {
  size_t commands_with_rows = 0;
  for (const auto& command : commands()) {
    std::set<std::string> options;
    for (const auto& option : command.spec.options)
      options.insert(option.name);
    commands_with_rows += command.spec.subcommands.empty() ? 0 : 1;
    for (const auto& sub : command.spec.subcommands)
      for (const char* option : sub.options) {
        CAPTURE(command.spec.name, sub.name, option);
        CHECK(options.count(option) == 1);
      }
  }
  CHECK(commands_with_rows == 3);
}

// An option that no row takes would be refused by all of them, or read and ignored.
TEST_CASE("each option of a series is some sub-command's", "[cli]") {
  const auto& spec = find_command("series")->spec;
  std::set<std::string> taken;
  for (const auto& sub : spec.subcommands)
    taken.insert(sub.options.begin(), sub.options.end());
  for (const auto& option : spec.options) {
    CAPTURE(option.name);
    CHECK(taken.count(option.name) == 1);
  }
}
