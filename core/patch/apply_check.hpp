// SPDX-License-Identifier: GPL-2.0-only
//
// Checks that the patches apply to a source tree, and that everybody agrees on what that means:
// kpatch-build applies them with GNU patch, some versions of klp-build with git apply, and a
// reviewer reads the text. All three must see the same files, the same lines and the same result.
// Nothing is written to the tree; the touched files are copied to the workspace twice, once for
// each program.
#ifndef KPB_CORE_PATCH_APPLY_CHECK_HPP
#define KPB_CORE_PATCH_APPLY_CHECK_HPP

#include "core/patch/patch.hpp"
#include "core/run/tools.hpp"

namespace kpb {

// A hunk that applies at another line than its header says.
struct HunkOffset {
  size_t patch = 0;   // index of the patch, from 0
  std::string path;   // the file
  size_t hunk = 0;    // number of the hunk in the file, from 1
  uint64_t line = 0;  // where it applies
  int64_t offset = 0; // distance from the line in its header
};

struct ApplyReport {
  std::vector<std::string> files; // all files that the patches touch, sorted
  std::vector<HunkOffset> offsets;
};

// `stored_patches` are workspace paths of the patches' texts, in the same order. Errors are
// Fault::input (among them patch-not-needed: the kernel already contains the patch), or
// Fault::environment if git or patch is missing. An empty result without an error means that the
// user interrupted.
std::optional<ApplyReport> check_applies(const std::vector<Patch>& patches,
                                         const std::vector<std::string>& stored_patches,
                                         const std::string& tree, Workspace& workspace,
                                         Tools& tools, FileSystem& files, DiagnosticSink& sink);

} // namespace kpb

#endif
