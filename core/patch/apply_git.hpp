// SPDX-License-Identifier: GPL-2.0-only
//
// Reads git's messages about a patch. Private to core/patch.
#ifndef KPB_CORE_PATCH_APPLY_GIT_HPP
#define KPB_CORE_PATCH_APPLY_GIT_HPP

#include "core/patch/apply_check.hpp"

namespace kpb {

// What `git apply --numstat -z` must print for the patch, byte for byte.
std::string expected_numstat(const Patch& patch);

// The "Hunk #N succeeded at ..." lines of `git apply -v`.
std::vector<HunkOffset> read_offsets(const std::string& output, size_t patch);

// Reports as an error about the patch why `git apply` refused. Always false.
bool tell_refusal(const std::string& output, const Patch& patch, DiagnosticSink& sink);

// The last line of a program's output that is not empty.
std::string last_words(const std::string& output);

} // namespace kpb

#endif
