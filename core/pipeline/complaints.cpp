// SPDX-License-Identifier: GPL-2.0-only
//
// See complaints.hpp.
#include "core/pipeline/complaints.hpp"

#include "core/plugin/instance.hpp"

namespace kpb {

bool plugin_breach(DiagnosticSink& sink, const PluginInstance& plugin, const std::string& what,
                   const std::string& why) {
  return fail(sink, {.fault = Fault::plugin,
                     .code = "plugin-contract",
                     .where = plugin.library().shown(),
                     .what = what,
                     .why = why,
                     .hint = "this is a bug in the plugin; report it to its author"});
}

void tell_left(DiagnosticSink& sink, const SystemError& error) {
  warn(sink, {.code = k_left_behind,
              .what = error.text(),
              .hint = "it was not removed; remove it by hand"});
}

} // namespace kpb
