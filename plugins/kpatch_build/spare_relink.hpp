// SPDX-License-Identifier: GPL-2.0-only
//
// kpatch-build tries the patches before it compiles the original, and takes them back: the files' contents
// are as before and their times are new. So make compiles them again, and links vmlinux again, which
// is most of what a later patch costs. What is given back here is the time.
#ifndef KPB_PLUGINS_KPATCH_BUILD_SPARE_RELINK_HPP
#define KPB_PLUGINS_KPATCH_BUILD_SPARE_RELINK_HPP

#include <string>

namespace kpb::builders {

// An entry of kpatch-build's environment. `tree`, `pristine` and `input` are paths in the view: the tree
// that it works in, the source as it was, and the directory of the patches.
std::string spare_relink(const std::string& tree, const std::string& pristine,
                         const std::string& input);

} // namespace kpb::builders

#endif
