// SPDX-License-Identifier: GPL-2.0-only
//
// The kernel's build tree that a module is compiled against: where it is, and whether it is the
// right one. All that can be known beforehand is checked here, because kbuild's own messages about
// a wrong or half prepared tree are hard to read, and some wrong trees compile without any.
#ifndef KPB_PLUGINS_KBUILD_BUILD_DIR_HPP
#define KPB_PLUGINS_KBUILD_BUILD_DIR_HPP

#include <kpb/sdk.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kpb::builders {

struct BuildDir {
  std::string path;   // without symlinks: compilers write it into debug information
  std::string source; // of a kernel built with O=: its source tree; else empty
  bool is_clang = false;
  bool is_lld = false;
};

// Where a kernel's build tree is installed, in the order in which people would look.
std::vector<std::string> build_dir_candidates(std::string_view release);

// The tree for /kernel/release, or an Error that says what is missing.
BuildDir find_build_dir(const sdk::Host& host, const sdk::Document& document);

} // namespace kpb::builders

#endif
