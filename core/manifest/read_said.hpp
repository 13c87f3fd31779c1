// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the keys of the table of options (core/request) from a map of the manifest into the request
// that they belong to.
#ifndef KPB_CORE_MANIFEST_READ_SAID_HPP
#define KPB_CORE_MANIFEST_READ_SAID_HPP

#include "core/manifest/fields.hpp"
#include "core/request/options.hpp"

namespace kpb {

// Reads all keys that are allowed in this kind of map, and checks each value.
BuildRequest read_said(MapFields& fields, ManifestMap map, PlacedSink& sink);

} // namespace kpb

#endif
