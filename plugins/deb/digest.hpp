// SPDX-License-Identifier: GPL-2.0-only
//
// Digests in hexadecimal: SHA-256 for names, MD5 because dpkg's md5sums are that.
#ifndef KPB_PLUGIN_DEB_DIGEST_HPP
#define KPB_PLUGIN_DEB_DIGEST_HPP

#include <string>
#include <string_view>

namespace kpb::deb {

std::string sha256(std::string_view content);
std::string md5(std::string_view content);

} // namespace kpb::deb

#endif
