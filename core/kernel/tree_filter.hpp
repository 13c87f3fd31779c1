// SPDX-License-Identifier: GPL-2.0-only
//
// Which files of a kernel tree are source. A tree in which a kernel was compiled also has objects, a configuration
// and signing keys. None of these may come into the store: the first two would be stale there, and keys would be
// published with source packages.
#ifndef KPB_CORE_KERNEL_TREE_FILTER_HPP
#define KPB_CORE_KERNEL_TREE_FILTER_HPP

#include <string_view>

namespace kpb {

// `path` is relative to the tree. True for a file or symlink that a build, git or a user's editor has made.
bool is_build_product(std::string_view path);
// True for a directory that is left out with everything in it. The names of products do not apply to directories:
// there are source directories called vmlinux and tags.
bool is_build_directory(std::string_view path);

// Whether a symlink at `path` (relative to the tree) leads to something in the tree, whatever other links there
// are: its target must be relative, with ".." only at the beginning and never beyond the top.
bool stays_inside(std::string_view path, std::string_view target);

} // namespace kpb

#endif
