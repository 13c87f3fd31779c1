// SPDX-License-Identifier: GPL-2.0-only
//
// The relations in an RPM's header, without those that rpm puts into every package by itself.
#ifndef KPB_PLUGIN_RPM_RELATIONS_HPP
#define KPB_PLUGIN_RPM_RELATIONS_HPP

#include <rpm/header.h>

#include <string>
#include <vector>

namespace kpb::rpm {

struct Relation {
  std::string kind; // as in the document; "recommends" and other weak ones by RPM's word
  std::string name;
  std::string comparison; // "" without a version
  std::string evr;
};

std::vector<Relation> relations_of(Header header);

} // namespace kpb::rpm

#endif
