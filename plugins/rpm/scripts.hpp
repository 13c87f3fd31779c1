// SPDX-License-Identifier: GPL-2.0-only
//
// Whether a package runs anything when it is installed, removed or verified. kpb's never do.
#ifndef KPB_PLUGIN_RPM_SCRIPTS_HPP
#define KPB_PLUGIN_RPM_SCRIPTS_HPP

#include <rpm/header.h>

#include <cstddef>

namespace kpb::rpm {

// Scriptlets, triggers and file triggers of every kind.
size_t count_scripts(Header header);

} // namespace kpb::rpm

#endif
