// SPDX-License-Identifier: GPL-2.0-only
//
// How kpb refuses a path from which code would run or whose content it would believe, when somebody
// else can change what the path leads to. docs/trusted-paths.md lists all such paths.
#ifndef KPB_CORE_SYSTEM_BELIEVE_HPP
#define KPB_CORE_SYSTEM_BELIEVE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>

namespace kpb {

struct Believed {
  const char* code;
  std::string what;    // "--source /x is refused"
  std::string because; // what the content becomes: "templates become shell code"
  std::string where = {};
  Fault fault = Fault::input;
};

// The error for it.
Diagnostic distrusted(const Believed& believed, const Distrust& why);

// The path as FileSystem::trusted() answers it; nothing after a report.
std::optional<std::string> believe(FileSystem& files, DiagnosticSink& sink, const std::string& path,
                                   Wanted wanted, const Believed& believed);

} // namespace kpb

#endif
