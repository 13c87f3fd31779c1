// SPDX-License-Identifier: GPL-2.0-only
//
// What a package says beyond a package document. rpm obeys some of it (prefixes, order, excluded systems),
// shows some of it (vendor), and keeps the rest; a template, a macro of a site or a hand may have put it
// there, and a check that looks only at what it knows would not see it.
#ifndef KPB_PLUGIN_RPM_EXTRAS_HPP
#define KPB_PLUGIN_RPM_EXTRAS_HPP

#include "package_file.hpp"

#include <string>
#include <vector>

namespace kpb::rpm {

// In words, for messages: "the header tag Vendor". What read_back() reports elsewhere is not in it.
std::vector<std::string> extras_of(const PackageFile& package);

} // namespace kpb::rpm

#endif
