// SPDX-License-Identifier: GPL-2.0-only
//
// xz -6 of one content. liblzma itself and not libarchive's filter, which knows levels only: the 8 MiB dictionary of
// level 6 makes an encoder of 94 MiB, whose pages take a fifth of the time of a module's package.
#ifndef KPB_PLUGINS_COMMON_TARBALL_XZ_HPP
#define KPB_PLUGINS_COMMON_TARBALL_XZ_HPP

#include <string>
#include <string_view>

namespace kpb::tarball {

// One stream, one block, CRC64, and the same bytes whatever the number of processors. Throws kpb::sdk::Error.
std::string xz(std::string_view content);

} // namespace kpb::tarball

#endif
