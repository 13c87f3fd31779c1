// SPDX-License-Identifier: GPL-2.0-only
//
// One deb that is to be made, in Debian's terms: what its control file says and what it holds. A document
// becomes one of these, and one more for each package that it takes over from.
#ifndef KPB_PLUGIN_DEB_DEB_HPP
#define KPB_PLUGIN_DEB_DEB_HPP

#include "relations.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kpb::deb {

struct PackedFile {
  std::string path;    // absolute
  std::string kind;    // as in the document: "module", "doc", "data" or "dir"
  std::string stored;  // the document's: where in the workspace; "" for the format's own
  std::string content; // the format's own
};

struct Deb {
  std::string beside; // "" for the one that was asked for, else what it is
  std::string name;
  std::string version; // [EPOCH:]VERSION-RELEASE
  std::string arch;    // Debian's
  std::string file_name;
  // Free text, as the control file has it.
  std::string maintainer;
  std::string homepage; // "" for none
  std::string summary;
  std::string description; // lines, each with its blank; "" for none
  std::string section;
  std::vector<views::Relation> relations;
  std::vector<std::string> functions;
  std::vector<PackedFile> files; // sorted, each directory before what is in it
};

constexpr const char* k_section = "kernel";
constexpr const char* k_transitional_section = "oldlibs"; // tools that clean up look for it

// Whether the control file lists functions.
inline bool lists_functions(const Deb& deb) { return !deb.functions.empty(); }

} // namespace kpb::deb

#endif
