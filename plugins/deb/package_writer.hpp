// SPDX-License-Identifier: GPL-2.0-only
//
// The container: an ar with the two tars in it, written in process, so that hosts without dpkg make debs.
#ifndef KPB_PLUGIN_DEB_PACKAGE_WRITER_HPP
#define KPB_PLUGIN_DEB_PACKAGE_WRITER_HPP

#include "control.hpp"
#include "plugins/common/tarball/tarball.hpp"

namespace kpb::deb {

// "data.tar.xz" has ".xz".
std::string suffix_of(tarball::Compression compression);

std::string make_package(const Deb& deb, const Contents& contents, const std::string& control,
                         tarball::Compression compression, int64_t mtime);

} // namespace kpb::deb

#endif
