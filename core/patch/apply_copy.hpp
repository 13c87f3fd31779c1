// SPDX-License-Identifier: GPL-2.0-only
//
// The two copies of the files that the patches touch, and what a program changed in a copy. Private
// to core/patch.
#ifndef KPB_CORE_PATCH_APPLY_COPY_HPP
#define KPB_CORE_PATCH_APPLY_COPY_HPP

#include "core/patch/patch.hpp"
#include "core/system/filesystem.hpp"

#include <map>
#include <set>

namespace kpb {

// Every path that the patches name, sorted.
std::set<std::string> touched_paths(const std::vector<Patch>& patches);

// Refuses patches for a file that is a symlink in the tree, or that lies below one: the write would
// end up in another file. False with an error.
bool check_no_links(const std::vector<Patch>& patches, const std::string& tree, FileSystem& files,
                    DiagnosticSink& sink);

// Copies those of `paths` that exist in the tree to each of the directories, which are created.
bool copy_touched(const std::set<std::string>& paths, const std::string& tree,
                  const std::vector<std::string>& directories, FileSystem& files,
                  DiagnosticSink& sink);

// Relative path -> the content's digest and whether the file is executable.
using Snapshot = std::map<std::string, std::string>;
Result<Snapshot> take_snapshot(const std::string& directory, FileSystem& files);

// The paths that are only in one of the two, or that differ.
std::set<std::string> changed_between(const Snapshot& before, const Snapshot& after);

} // namespace kpb

#endif
