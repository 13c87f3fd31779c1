// SPDX-License-Identifier: GPL-2.0-only
//
// What a patch may hold and no live patch can bring into a running kernel, told before an hour is spent
// on compiling. Names and text decide; whether a change of code can be patched is the builder's to say.
#ifndef KPB_CORE_PATCH_WARN_UNPATCHABLE_HPP
#define KPB_CORE_PATCH_WARN_UNPATCHABLE_HPP

#include "core/patch/patch.hpp"

namespace kpb {

// One warning a class of files. False, with an error, when the patches hold nothing else.
bool warn_unpatchable(const std::vector<Patch>& patches, DiagnosticSink& sink);

} // namespace kpb

#endif
