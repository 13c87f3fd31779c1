// SPDX-License-Identifier: GPL-2.0-only
//
// The control part of a deb: the file `control`, out of its template, and `md5sums`.
#ifndef KPB_PLUGIN_DEB_CONTROL_HPP
#define KPB_PLUGIN_DEB_CONTROL_HPP

#include "deb.hpp"

#include <map>

namespace kpb::deb {

inline constexpr std::string_view k_control_template = "deb/control";

// Content by path, of the files that are no directories.
using Contents = std::map<std::string, std::string>;

// KiB, as dpkg-gencontrol counts: each file rounded up, 1 for each directory.
uint64_t installed_size(const std::vector<std::pair<uint64_t, bool>>& sizes_and_directories);

// What fields of relations are called, in the order in which they stand in the file.
struct RelationField {
  const char* kind;
  const char* field;
};
extern const std::vector<RelationField> k_relation_fields;

std::string control_of(const Deb& deb, const Contents& contents, const sdk::Host& host,
                       const sdk::Sink& out);
std::string md5sums_of(const Contents& contents);
// The same of paths and their digests.
std::string md5sums_text(const std::map<std::string, std::string>& sums);

} // namespace kpb::deb

#endif
