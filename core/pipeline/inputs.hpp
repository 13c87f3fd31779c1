// SPDX-License-Identifier: GPL-2.0-only
//
// Reading what the user gave: patches, a C file, a directory with a Kbuild, or a module. Everything
// is read once, bounded, and hashed; from then on only the copies are used.
#ifndef KPB_CORE_PIPELINE_INPUTS_HPP
#define KPB_CORE_PIPELINE_INPUTS_HPP

#include "core/patch/patch.hpp"
#include "core/pipeline/build.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct InputSet {
  std::string kind; // "diff", "source" or "module"
  bool directory = false;
  std::vector<Input> files;
  std::vector<Patch> patches; // of diffs: what each of `files` says, in their order
};

// Errors are reported with Fault::input. Diffs are read strictly (core/patch/patch.hpp).
std::optional<InputSet> read_inputs(const BuildRequest& request, FileSystem& files,
                                    DiagnosticSink& sink);

} // namespace kpb

#endif
