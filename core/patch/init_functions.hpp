// SPDX-License-Identifier: GPL-2.0-only
//
// Finds hunks that change __init functions. The kernel has freed those by the time a live patch is
// loaded.
#ifndef KPB_CORE_PATCH_INIT_FUNCTIONS_HPP
#define KPB_CORE_PATCH_INIT_FUNCTIONS_HPP

#include "core/patch/patch.hpp"

namespace kpb {

struct InitChange {
  bool any = false; // at least one changed line is in an __init function
  bool all = false; // all changed lines are
  size_t line = 0;  // line number of the first one in the patch
};

// Judges by the hunk's text alone: by the function named after the "@@", and by those that begin in
// the hunk.
InitChange find_init_change(const Hunk& hunk);

} // namespace kpb

#endif
