// SPDX-License-Identifier: GPL-2.0-only
//
// By now every plugin that takes part has asked for its settings (docs/plugin-abi.md: in name(), plan()
// and probe() at the latest), and nothing has been built yet.
#include "core/pipeline/build.hpp"

#include "core/base/text.hpp"

#include <fmt/core.h>

namespace kpb {

// A setting that nobody asked for is a slip of the fingers, and would be ignored in silence.
bool check_settings(Build& build) {
  for (const auto& [key, value] : build.settings.given) {
    if (build.settings.asked.count(key) != 0)
      continue;
    const std::vector<std::string> known(build.settings.asked.begin(), build.settings.asked.end());
    const auto near = nearest(key, known);
    return fail(build.context.diagnostics,
                {.fault = Fault::input,
                 .code = "setting-unknown",
                 .what = fmt::format("no plugin reads the setting {}", shown(key)),
                 .why = known.empty()
                            ? "the policies, builder and backends of this run read no settings"
                            : "plugins of this run read: " + join(known, ", "),
                 .hint = near ? "did you mean --set " + *near + "=...?" : ""});
  }
  return true;
}

} // namespace kpb
