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
                       .hint = "put them into separate packages"});
  };
  if (a.replace || b.replace)
    return refuse("its package also holds " + b.path + " for the same kernel",
                  (a.replace ? a.path : b.path) + " disables every other live patch");
  const std::set<policy::Function> functions(a.functions.begin(), a.functions.end());
  for (const auto& function : b.functions)
    if (functions.count(function) != 0)
      return refuse("its package also holds " + b.path + ", and both patch " +
                        shown(text_of(function)),
                    "the module that is loaded last wins");
  return true;
}

} // namespace kpb::generate
