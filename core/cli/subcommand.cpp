// SPDX-License-Identifier: GPL-2.0-only
//
// See subcommand.hpp.
#include "core/cli/subcommand.hpp"

#include "core/cli/session.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <string_view>

namespace kpb {

namespace {

bool takes(const SubCommand& sub, std::string_view option) {
  return std::find(sub.options.begin(), sub.options.end(), option) != sub.options.end();
}

} // namespace

const SubCommand* find_subcommand(const CommandSpec& command, const Arguments& arguments) {
  if (arguments.operands.empty())
    return nullptr;
  const size_t count = arguments.operands.size() - 1;
  for (const auto& sub : command.subcommands)
    if (arguments.operands[0] == sub.name)
      return count >= sub.least && count <= sub.most ? &sub : nullptr;
  return nullptr;
}

bool check_options(Session& session, const CommandSpec& command, const SubCommand& sub,
                   const Arguments& arguments) {
  for (const auto& other : command.subcommands)
    for (const char* option : other.options)
      if (arguments.has(option) && !takes(sub, option))
        return misused(session, command.name, fmt::format("--{} is given", option),
                       fmt::format("kpb {} {} does not take it", command.name, sub.name));
  return true;
}

std::string subcommand_words(const CommandSpec& command) {
  std::string out;
  for (const auto& sub : command.subcommands) {
    const bool last = &sub == &command.subcommands.back();
    out += (out.empty() ? "" : last ? ", or " : ", ") + std::string(sub.name);
    if (*sub.operands != '\0')
      out += std::string(" ") + sub.operands;
  }
  return out;
}

bool misused(Session& session, const char* command, const std::string& what,
             const std::string& why) {
  return fail(session.diagnostics(), {.fault = Fault::input,
                                      .code = "command-line",
                                      .what = what,
                                      .why = why,
                                      .hint = fmt::format("kpb help {} tells more", command)});
}

} // namespace kpb
