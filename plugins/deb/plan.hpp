// SPDX-License-Identifier: GPL-2.0-only
//
// What will be made of a document: the debs, checked. Looked at before anything is built, so that a name
// that Debian cannot hold is refused at once; then only names are known.
#ifndef KPB_PLUGIN_DEB_PLAN_HPP
#define KPB_PLUGIN_DEB_PLAN_HPP

#include "deb.hpp"
#include "plugins/common/tarball/tarball.hpp"

namespace kpb::deb {

struct Plan {
  std::vector<Deb> debs; // the one that was asked for is the first
  tarball::Compression compression = tarball::Compression::xz;
  bool described = false; // texts, relations and files are known
};

// Throws kpb::sdk::Error for what a deb cannot express, wherever in the document it is. `out` gets what is
// wrong with a template.
Plan make_plan(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out);

} // namespace kpb::deb

#endif
