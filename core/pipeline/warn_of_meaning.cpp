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
    warn(
        sink,
        {.code = "module-callbacks",
         .where = where,
         .what =
             fmt::format("the module has callbacks ({})", join({hooks.begin(), hooks.end()}, ", ")),
         .why =
             "when one live patch replaces another, only the new one's callbacks run, never those of the replaced; "
             "so the next version must undo or keep what these do, and an older version must not be put back",
         .hint =
             "Documentation/livepatch/callbacks.rst and cumulative-patches.rst tell what that asks of the next version"});
  }
  if (facts.shadow_variables)
    warn(
        sink,
        {.code = "module-shadow-variables",
         .where = where,
         .what = "the module uses shadow variables",
         .why =
             "nothing hands them on or takes them away when it is replaced: the next version must know them, and a stacked "
             "patch with an id in common shares them",
         .hint =
             "Documentation/livepatch/shadow-vars.rst and cumulative-patches.rst tell the rules"});
  const auto states = d.texts(fields::module_states);
  if (facts.reads_states || !states.empty())
    warn(
        sink,
        {.code = "module-states",
         .where = where,
         .what = states.empty()
                     ? "the module asks for klp states, and which it changes is not known"
                     : "the module changes klp states: " + join(states, ", "),
         .why =
             "the kernel refuses a patch that replaces others and does not know the states of each of them, also an older "
             "version of the same",
         .hint =
             states.empty()
                 ? "declare them: --state ID, once for each; Documentation/livepatch/system-state.rst"
                 : "every later version must list them; Documentation/livepatch/system-state.rst"});
}

} // namespace kpb
