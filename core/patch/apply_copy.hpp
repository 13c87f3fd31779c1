// SPDX-License-Identifier: GPL-2.0-only
//
// The two copies of what the patches touch, and what a program did to one. Private to core/patch.
#ifndef KPB_CORE_PATCH_APPLY_COPY_HPP
#define KPB_CORE_PATCH_APPLY_COPY_HPP

#include "core/patch/patch.hpp"
#include "core/system/filesystem.hpp"

#include <map>
#include <set>

namespace kpb {

// Every path that the patches name, sorted.
std::set<std::string> touched_paths(const std::vector<Patch>& patches);

// A touched file, or a directory above it, that is a symlink in the tree: what is written through one
// lands elsewhere. False with an error.
bool check_no_links(const std::vector<Patch>& patches, const std::string& tree, FileSystem& files,
                    DiagnosticSink& sink);

// What exists of `paths` in the tree, copied to each of the directories, which are made.
bool copy_touched(const std::set<std::string>& paths, const std::string& tree,
                  const std::vector<std::string>& directories, FileSystem& files,
                  DiagnosticSink& sink);

// Relative path to content's digest and whether it may be executed.
using Snapshot = std::map<std::string, std::string>;
Result<Snapshot> take_snapshot(const std::string& directory, FileSystem& files);

// The paths that are in one only, or differ.
std::set<std::string> changed_between(const Snapshot& before, const Snapshot& after);

} // namespace kpb

#endif
