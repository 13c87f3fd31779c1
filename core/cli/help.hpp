// SPDX-License-Identifier: GPL-2.0-only
//
// Texts that are generated from the command table.
#ifndef KPB_CORE_CLI_HELP_HPP
#define KPB_CORE_CLI_HELP_HPP

#include "core/cli/command.hpp"

#include <string>

namespace kpb {

std::string general_help();
std::string command_help_text(const CommandSpec& spec);
std::string man_page();
std::string bash_completion();

} // namespace kpb

#endif
