// SPDX-License-Identifier: GPL-2.0-only
//
// An option of a command, and what the user typed.
#ifndef KPB_CORE_REQUEST_ARGUMENTS_HPP
#define KPB_CORE_REQUEST_ARGUMENTS_HPP

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct OptionSpec {
  const char* name = nullptr;     // "output"
  char letter = 0;                // 'o', or 0
  const char* argument = nullptr; // "PATH"; null for a flag
  bool repeated = false;
  const char* help = nullptr; // one sentence, lower case, no full stop
  // What shell completion offers for the argument: "file", "directory", "policy", "backend",
  // "builder", or words separated by '|'; null for nothing.
  const char* completes = nullptr;
};

// By the option's long name.
struct Arguments {
  std::map<std::string, std::vector<std::string>> options;
  std::vector<std::string> operands;

  bool has(const std::string& name) const { return options.count(name) != 0; }
  std::optional<std::string> value(const std::string& name) const {
    const auto it = options.find(name);
    return it == options.end() || it->second.empty()
               ? std::nullopt
               : std::optional<std::string>(it->second.back());
  }
  std::vector<std::string> values(const std::string& name) const {
    const auto it = options.find(name);
    return it == options.end() ? std::vector<std::string>{} : it->second;
  }
};

} // namespace kpb

#endif
