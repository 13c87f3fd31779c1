// SPDX-License-Identifier: GPL-2.0-only
//
// A command is one constant with its name, options and examples, and one function. Parsing, help,
// the man page and completion all use the table of commands (commands.cpp) and nothing else.
#ifndef KPB_CORE_CLI_COMMAND_HPP
#define KPB_CORE_CLI_COMMAND_HPP

#include "core/request/arguments.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kpb {

class Session;
class Document;
struct RunContext;

// A word behind the command's name that says what to do (core/cli/subcommand.hpp).
struct SubCommand {
  const char* name;
  const char* operands;             // as messages name them: "KERNEL", "[KERNEL]"
  size_t least, most;               // how many
  std::vector<const char*> options; // of those that not all of the command's rows take
  bool (*run)(Session& session, const RunContext& context, const Arguments& arguments,
              Document& result);
};
inline constexpr size_t k_any_number = SIZE_MAX;

struct CommandSpec {
  const char* name;
  const char* synopsis; // after "kpb NAME": "[OPTIONS] PATCH..."
  const char* summary;  // one line for the list of commands
  const char* description;
  std::vector<OptionSpec> options;                           // its own; the common ones are added
  std::vector<std::pair<const char*, const char*>> examples; // command line, what it does
  const char* completes; // for the operands, as in OptionSpec; behind the sub-commands
  std::vector<SubCommand> subcommands = {};
};

struct Command {
  CommandSpec spec;
  // Returns the exit status if there is no error; usually 0 (see Session::finish).
  int (*run)(Session& session, const Arguments& arguments);
};

// All commands, in the order of the help.
const std::vector<Command>& commands();
const Command* find_command(const std::string& name);
std::vector<std::string> command_names();
// Options that every command accepts.
const std::vector<OptionSpec>& common_options();

Command boot_test_command();
Command build_command();
Command conflicts_command();
Command help_command();
Command inspect_command();
Command kernel_command();
Command plugins_command();
Command series_command();
Command verify_command();

} // namespace kpb

#endif
