// SPDX-License-Identifier: GPL-2.0-only
//
// The keys of the table of options (core/request), read from a map of the manifest into the request that they
// are a part of.
#ifndef KPB_CORE_MANIFEST_READ_SAID_HPP
#define KPB_CORE_MANIFEST_READ_SAID_HPP

#include "core/manifest/fields.hpp"
#include "core/request/options.hpp"

namespace kpb {

// Every key that may stand in this kind of map, checked word by word.
BuildRequest read_said(MapFields& fields, ManifestMap map, PlacedSink& sink);

} // namespace kpb

#endif
