// SPDX-License-Identifier: GPL-2.0-only
//
// Which hunks change functions that the kernel has thrown away by the time a live patch is loaded.
#ifndef KPB_CORE_PATCH_INIT_FUNCTIONS_HPP
#define KPB_CORE_PATCH_INIT_FUNCTIONS_HPP

#include "core/patch/patch.hpp"

namespace kpb {

struct InitChange {
  bool any = false; // some changed line is in an __init function
  bool all = false; // every one is
  size_t line = 0;  // of the first, in the patch
};

// Told from the hunk's text alone: the function behind its "@@", and those that begin in it.
InitChange find_init_change(const Hunk& hunk);

} // namespace kpb

#endif
