// SPDX-License-Identifier: GPL-2.0-only
//
// Reading what the user gave: patches, a C file, a directory with a Kbuild, or a module. Everything
// is read once, bounded, and hashed; from then on only the copies are used.
#ifndef KPB_CORE_PIPELINE_INPUTS_HPP
#define KPB_CORE_PIPELINE_INPUTS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/patch/patch.hpp"
#include "core/request/request.hpp"
#include "core/system/filesystem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

// A file that the user gave, read once; nothing looks at the original again.
struct Input {
  std::string shown_path; // as the user named it, for messages
  std::string name;       // base name; for a directory's files the path inside it
  std::string stored;     // workspace path, safe characters only
  std::string content;
  std::string sha256;
  int64_t mtime = 0;
};

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
