// SPDX-License-Identifier: GPL-2.0-only
//
// Before anything is compiled: do the patches apply to the source of the kernel that was prepared, without
// fuzz, and do kpb, git and GNU patch agree on what they change? A patch that is in the kernel already has
// its own answer.
#include "core/pipeline/build.hpp"

#include "core/kernel/view.hpp"
#include "core/patch/apply_check.hpp"

namespace kpb {

bool check_patches(Build& build) {
  if (!build.view || build.patches.empty())
    return true;
  std::vector<std::string> stored;
  for (const auto& input : build.inputs) {
    stored.push_back(input.stored);
    if (const auto done = build.workspace.lend(input.stored, input.content); !done)
      return workspace_failed(build.context.diagnostics, done.error());
  }
  return check_applies(build.patches, stored, build.view->kernel().tree(), build.workspace,
                       build.tools, build.context.files, build.context.diagnostics)
      .has_value();
}

} // namespace kpb
