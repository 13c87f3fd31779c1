// SPDX-License-Identifier: GPL-2.0-only
//
// A .tar.gz whose bytes follow from the files alone: no owner, no clock, no order of a directory.
#ifndef KPB_PLUGINS_KBUILD_TARBALL_HPP
#define KPB_PLUGINS_KBUILD_TARBALL_HPP

#include <cstdint>
#include <map>
#include <string>

namespace kpb::builders {

// `files` are paths below `directory` and their contents; all get the time `mtime`.
std::string make_tarball(const std::string& directory,
                         const std::map<std::string, std::string>& files, int64_t mtime);

} // namespace kpb::builders

#endif
