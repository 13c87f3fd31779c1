// SPDX-License-Identifier: GPL-2.0-only
//
// Commands whose first operand says what to do: `kpb kernel add`. Their rows stand in the command's table.
#ifndef KPB_CORE_CLI_SUBCOMMAND_HPP
#define KPB_CORE_CLI_SUBCOMMAND_HPP

#include "core/cli/command.hpp"

namespace kpb {

// The row that the first operand names. Null if there is none, or if it takes another number of operands.
const SubCommand* find_subcommand(const CommandSpec& command, const Arguments& arguments);
// Reports options that are the command's, but not this sub-command's: it would silently ignore them.
bool check_options(Session& session, const CommandSpec& command, const SubCommand& sub,
                   const Arguments& arguments);
// "add, list, show KERNEL, or prune [KERNEL]"
std::string subcommand_words(const CommandSpec& command);

// An error of the command line, with the command's help as the hint. Returns false.
bool misused(Session& session, const char* command, const std::string& what,
             const std::string& why = {});

} // namespace kpb

#endif
