// SPDX-License-Identifier: GPL-2.0-only
//
// See siblings.hpp.
#include "core/programs/livepatch-deps/siblings.hpp"

#include "core/base/text.hpp"

#include <set>

namespace kpb::generate {

bool fit_together(const KnownModule& a, const KnownModule& b, DiagnosticSink& sink) {
  const auto refuse = [&](const std::string& what, const std::string& why) {
    return fail(sink, {.fault = Fault::input,
                       .code = "package-modules",
                       .where = a.path,
                       .what = what,
                       .why = why,
                       .hint = "pack them separately"});
  };
  if (a.replace || b.replace)
    return refuse("its package also holds " + b.path + " for the same kernel",
                  (a.replace ? a.path : b.path) + " switches every other live patch off");
  std::set<std::string> functions;
  for (const auto& function : a.functions)
    functions.insert(function.object + ":" + function.name + ":" +
                     std::to_string(function.position));
  for (const auto& function : b.functions) {
    const std::string token =
        function.object + ":" + function.name + ":" + std::to_string(function.position);
    if (functions.count(token) != 0)
      return refuse("its package also holds " + b.path + ", and both patch " + shown(token),
                    "the module that is loaded last wins");
  }
  return true;
}

} // namespace kpb::generate
