// SPDX-License-Identifier: GPL-2.0-only
//
// Names, versions and architectures as Debian has them. dpkg-deb, dpkg and apt do not agree on what they
// take (an underscore in a name, capital letters, a version with '_'); what is made here they all take.
#ifndef KPB_PLUGIN_DEB_NAMES_HPP
#define KPB_PLUGIN_DEB_NAMES_HPP

#include "plugins/common/package_text/allow_list.hpp"

#include <string>
#include <string_view>

namespace kpb::deb {

constexpr package_text::Kind k_kind = {"a deb", "deb-text", "deb-name"};

// [a-z0-9][a-z0-9+.-]+
bool is_name(std::string_view name);
// [EPOCH:]UPSTREAM[-REVISION]
bool is_version(std::string_view version);

// A name of another form as Debian's: in lower case, other illegal characters become '-'; where more than
// case changed, '-' and 8 digits of the name's SHA-256 are added, since otherwise many names become one.
std::string name_for(std::string_view name);
// "PREFIX-16 digits": for what is too long or too free for a name.
std::string digest_name(std::string_view prefix, std::string_view text);

// "[EPOCH:]VERSION-RELEASE"; refuses what is no version for dpkg.
std::string version_for(std::string_view epoch, std::string_view version, std::string_view release);

// x86_64 <-> amd64 and so on; a name that has no counterpart is refused, and stays as it is.
std::string architecture_for(std::string_view arch);
std::string architecture_of(std::string_view deb_arch);

// "NAME_VERSION-RELEASE_ARCH.deb", without the epoch.
std::string file_name(const std::string& name, std::string_view version, const std::string& arch);

} // namespace kpb::deb

#endif
