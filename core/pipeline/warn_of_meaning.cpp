// SPDX-License-Identifier: GPL-2.0-only
//
// See warn_of_meaning.hpp. Sources: Documentation/livepatch/ in the kernel's tree (cumulative-patches, callbacks,
// shadow-vars, system-state).
#include "core/pipeline/warn_of_meaning.hpp"

#include "core/base/text.hpp"
#include <kpb/sdk/fields.hpp>

#include <fmt/core.h>
#include <set>
#include <vector>

namespace kpb {

void warn_of_meaning(const ModuleFacts& facts, const Document& d, const std::string& where,
                     DiagnosticSink& sink) {
  if (facts.callbacks && !facts.callbacks->empty()) {
    std::set<std::string> hooks;
    for (const auto& callback : *facts.callbacks)
      hooks.insert(callback.object + ": " + callback.hook);
    warn(sink,
         {.code = "module-callbacks",
          .where = where,
          .what = fmt::format("the module has callbacks ({})",
                              join({hooks.begin(), hooks.end()}, ", ")),
          .why =
              "when one live patch replaces another, only the new one's callbacks run. So the next "
              "version must undo or keep the effects of these callbacks, and downgrades are not "
              "safe",
          .hint =
              "see Documentation/livepatch/callbacks.rst and cumulative-patches.rst for what the "
              "next version must do"});
  }
  if (facts.shadow_variables)
    warn(sink,
         {.code = "module-shadow-variables",
          .where = where,
          .what = "the module uses shadow variables",
          .why = "when the module is replaced, its shadow variables are neither passed on nor "
                 "removed. So the next version must handle them, and a stacked patch that uses the "
                 "same id shares them",
          .hint = "see Documentation/livepatch/shadow-vars.rst and cumulative-patches.rst"});
  const auto states = d.texts(fields::module_states);
  if (facts.reads_states || !states.empty())
    warn(
        sink,
        {.code = "module-states",
         .where = where,
         .what = states.empty()
                     ? "the module uses klp states, but it is not known which ones it changes"
                     : "the module changes klp states: " + join(states, ", "),
         .why = "the kernel refuses a replace-mode patch that does not support all states of the "
                "patches that it replaces; this includes an older version of the same patch",
         .hint =
             states.empty()
                 ? "declare them: --state ID, once for each; Documentation/livepatch/system-state.rst"
                 : "every later version must list them; Documentation/livepatch/system-state.rst"});
}

} // namespace kpb
