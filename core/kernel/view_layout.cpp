// SPDX-License-Identifier: GPL-2.0-only
//
// See view_layout.hpp.
#include "core/kernel/view_layout.hpp"

#include "core/base/text.hpp"

namespace kpb {

std::vector<std::string> enter_command(const ViewLayout& layout, const Confinement* confinement,
                                       const std::vector<std::string>& program) {
  std::vector<std::string> out = {layout.enter};
  ConfinedRun run{layout.root, {}, layout.places.tree};
  if (!layout.hold.empty()) {
    out.insert(out.end(), {"--hold", layout.hold});
    run.places = {{layout.kernel, layout.kernel, false}, {layout.copy, layout.copy, true}};
    if (!layout.output.empty())
      run.places.push_back({layout.output, layout.output, true});
  } else {
    for (const auto* layers : {&layout.tree, &layout.cache})
      if (!layers->lower.empty())
        out.insert(out.end(), {"--overlay", join(layers->lower, ":"), layers->upper, layers->work});
    run.places = {{layout.tree.upper, k_view_tree, true},
                  {layout.cache.upper, k_view_cache, true},
                  {layout.kernel, k_view_kernel, false},
                  {layout.input, k_view_input, false},
                  {layout.output, k_view_output, true}};
  }
  if (confinement == nullptr)
    out.insert(out.end(), {"--chdir", run.directory});
  out.emplace_back("--");
  const auto rest = confinement == nullptr ? program : confinement->command(run, program);
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

std::vector<std::string> view_environment(const std::vector<std::string>& additions,
                                          const std::string& temporary) {
  // HOME does not exist: no dot file is read. The tools' words are read, so they are in English.
  std::vector<std::string> out = {std::string("PATH=") + k_view_path,
                                  "HOME=/mnt/kpb/no-home",
                                  "LC_ALL=C",
                                  "TZ=UTC",
                                  "TMPDIR=" + temporary,
                                  "SHELL=/bin/sh",
                                  "USER=kpb",
                                  "LOGNAME=kpb"};
  out.insert(out.end(), additions.begin(), additions.end());
  return out;
}

} // namespace kpb
