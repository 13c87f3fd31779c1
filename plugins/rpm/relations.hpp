// SPDX-License-Identifier: GPL-2.0-only
//
// The relations in an RPM's header, without those that rpm puts into every package by itself.
#ifndef KPB_PLUGIN_RPM_RELATIONS_HPP
#define KPB_PLUGIN_RPM_RELATIONS_HPP

#include <kpb/sdk.hpp>

#include <rpm/header.h>

#include <string>
#include <vector>

namespace kpb::rpm {

// Without those that rpm adds to every package: the package itself, and the features of rpm that it needs. Kinds
// are the document's; "recommends" and other weak ones, which no document has, are called as RPM calls them.
std::vector<views::Relation> relations_of(Header header);
// In words: relations that are more than kind, name and version, such as "Requires(pre)".
std::vector<std::string> qualified_relations(Header header);

} // namespace kpb::rpm

#endif
