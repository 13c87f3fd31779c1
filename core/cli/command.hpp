// SPDX-License-Identifier: GPL-2.0-only
//
// A command is one constant with its name, options and examples, and one function. Parsing, help,
// the man page and completion all use the table of commands (commands.cpp) and nothing else.
#ifndef KPB_CORE_CLI_COMMAND_HPP
#define KPB_CORE_CLI_COMMAND_HPP

#include "core/request/arguments.hpp"

#include <string>
#include <vector>

namespace kpb {

struct CommandSpec {
  const char* name;
  const char* synopsis; // after "kpb NAME": "[OPTIONS] PATCH..."
  const char* summary;  // one line for the list of commands
  const char* description;
  std::vector<OptionSpec> options;                           // its own; the common ones are added
  std::vector<std::pair<const char*, const char*>> examples; // command line, what it does
  const char* completes;                                     // for the operands, as in OptionSpec
};

class Session;

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

int command_boot_test(Session& session, const Arguments& arguments);
int command_build(Session& session, const Arguments& arguments);
int command_conflicts(Session& session, const Arguments& arguments);
int command_inspect(Session& session, const Arguments& arguments);
int command_kernel(Session& session, const Arguments& arguments);
int command_verify(Session& session, const Arguments& arguments);
int command_plugins(Session& session, const Arguments& arguments);
int command_series(Session& session, const Arguments& arguments);
int command_help(Session& session, const Arguments& arguments);

} // namespace kpb

#endif
