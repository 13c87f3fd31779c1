// SPDX-License-Identifier: GPL-2.0-only
//
// What a finished .deb really holds, told to the host so that it can check our work.
#ifndef KPB_PLUGIN_DEB_READ_BACK_HPP
#define KPB_PLUGIN_DEB_READ_BACK_HPP

#include <kpb/sdk.hpp>

#include <string_view>

namespace kpb::deb {

void read_back_package(std::string_view path, const sdk::Sink& out);
// The same of a file's bytes. Throws kpb::sdk::Error and package_text::Damage.
void read_back_bytes(std::string_view bytes, const sdk::Sink& out);

} // namespace kpb::deb

#endif
