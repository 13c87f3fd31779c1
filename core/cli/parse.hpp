// SPDX-License-Identifier: GPL-2.0-only
//
// Parses the command line with Boost.Program_options, but with our own messages.
#ifndef KPB_CORE_CLI_PARSE_HPP
#define KPB_CORE_CLI_PARSE_HPP

#include "core/cli/command.hpp"
#include "core/diag/diagnostic.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// `help` is the command that prints help: "kpb help build". Options may follow operands; "--" ends
// them.
std::optional<Arguments> parse_arguments(const std::vector<std::string>& words,
                                         const std::vector<OptionSpec>& options,
                                         const std::string& help, DiagnosticSink& sink);

} // namespace kpb

#endif
