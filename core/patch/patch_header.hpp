// SPDX-License-Identifier: GPL-2.0-only
//
// The header of one file's diff, as git and as diff -up write it. Private to core/patch.
#ifndef KPB_CORE_PATCH_PATCH_HEADER_HPP
#define KPB_CORE_PATCH_PATCH_HEADER_HPP

#include "core/patch/patch_text.hpp"

namespace kpb {

// From "diff --git" up to the first hunk.
bool read_git_header(PatchText& text, PatchedFile& file);
// The two lines "--- a/FILE" and "+++ b/FILE". Sets names and kind.
bool read_names(PatchText& text, PatchedFile& file);

} // namespace kpb

#endif
