// SPDX-License-Identifier: GPL-2.0-only
//
// Do the patches apply to this tree, and does everybody agree on what that means? kpatch-build applies
// with GNU patch, some klp-builds with git apply, and a reviewer reads the text: three readers, who must
// see the same files, the same lines and the same result. Nothing is written to the tree; the touched
// files are copied to the workspace twice, one copy a program.
#ifndef KPB_CORE_PATCH_APPLY_CHECK_HPP
#define KPB_CORE_PATCH_APPLY_CHECK_HPP

#include "core/patch/patch.hpp"
#include "core/run/tools.hpp"

namespace kpb {

// A hunk that lands elsewhere than it says.
struct HunkOffset {
  size_t patch = 0;   // which of the patches, from 0
  std::string path;   // the file
  size_t hunk = 0;    // which of its hunks, from 1
  uint64_t line = 0;  // where it lands
  int64_t offset = 0; // how far from where it should
};

struct ApplyReport {
  std::vector<std::string> files; // what all patches together touch, sorted
  std::vector<HunkOffset> offsets;
};

// `stored_patches` are the patches' texts: workspace paths, in the same order. Errors are Fault::input
// (patch-not-needed is one of them: the kernel has the patch already), Fault::environment when git or
// patch is missing. Nothing without an error: the user interrupted.
std::optional<ApplyReport> check_applies(const std::vector<Patch>& patches,
                                         const std::vector<std::string>& stored_patches,
                                         const std::string& tree, Workspace& workspace,
                                         Tools& tools, FileSystem& files, DiagnosticSink& sink);

} // namespace kpb

#endif
