// SPDX-License-Identifier: GPL-2.0-only
//
// What of a kernel tree is source. A tree that somebody has built in holds objects, configuration and
// signing keys, none of which may come into the store: they are stale there, and keys would leave with
// source packages.
#ifndef KPB_CORE_KERNEL_TREE_FILTER_HPP
#define KPB_CORE_KERNEL_TREE_FILTER_HPP

#include <string_view>

namespace kpb {

// `path` is relative to the tree. True for a file or symlink that a build, git or a user's editor left there.
bool is_build_product(std::string_view path);
// True for a directory that is left out with everything in it. Sources lie in directories called vmlinux and
// tags, so the names of products say nothing here.
bool is_build_directory(std::string_view path);

// Whether a symlink at `path` (relative to the tree) with that target stays in the tree, whatever other
// such links do: relative, and ".." only at its beginning and never past the top.
bool stays_inside(std::string_view path, std::string_view target);

} // namespace kpb

#endif
