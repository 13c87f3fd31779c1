// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the header of one file's diff, as git or diff -up writes it. Private to core/patch.
#ifndef KPB_CORE_PATCH_PATCH_HEADER_HPP
#define KPB_CORE_PATCH_PATCH_HEADER_HPP

#include "core/patch/patch_text.hpp"

namespace kpb {

// Reads from "diff --git" up to the first hunk.
bool read_git_header(PatchText& text, PatchedFile& file);
// Reads the two lines "--- a/FILE" and "+++ b/FILE"; sets names and kind.
bool read_names(PatchText& text, PatchedFile& file);

} // namespace kpb

#endif
