// SPDX-License-Identifier: GPL-2.0-only
//
// What a finished .rpm or .src.rpm really holds, told to the host so that it can check our work.
#ifndef KPB_PLUGIN_RPM_READ_BACK_HPP
#define KPB_PLUGIN_RPM_READ_BACK_HPP

#include <kpb/sdk.hpp>

#include <string_view>

namespace kpb::rpm {

void read_back_package(const sdk::Host& host, std::string_view path, const sdk::Sink& out);

} // namespace kpb::rpm

#endif
