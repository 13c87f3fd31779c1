// SPDX-License-Identifier: GPL-2.0-only
//
// The empty package that moves machines from a superseded package to the new one. apt does not follow
// Provides, Conflicts and Replaces by itself: only a newer version of the package that is installed, which
// depends on the new one, brings it in (measured).
#ifndef KPB_PLUGIN_DEB_TRANSITIONAL_HPP
#define KPB_PLUGIN_DEB_TRANSITIONAL_HPP

#include "deb.hpp"

namespace kpb::deb {

// Name, version, file name and what it leads to; `to` is the package that takes over.
Deb transitional_for(const Deb& to, const Superseded& old);
// The rest of it, when that package is described.
void describe_transitional(Deb& deb, const Deb& to, const sdk::Host& host,
                           const sdk::Document& document, const sdk::Sink& out);

} // namespace kpb::deb

#endif
