// SPDX-License-Identifier: GPL-2.0-only
//
// Warns of changes that no live patch can bring into a running kernel, before an hour is spent on
// compiling. It goes by file names and text; whether a change of code can be live-patched is for
// the builder to say.
#ifndef KPB_CORE_PATCH_WARN_UNPATCHABLE_HPP
#define KPB_CORE_PATCH_WARN_UNPATCHABLE_HPP

#include "core/patch/patch.hpp"

namespace kpb {

// One warning per class of files. False, with an error, if the patches contain nothing else.
bool warn_unpatchable(const std::vector<Patch>& patches, DiagnosticSink& sink);

} // namespace kpb

#endif
