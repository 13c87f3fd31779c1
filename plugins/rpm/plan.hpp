// SPDX-License-Identifier: GPL-2.0-only
//
// What will be made of a document: the checked identity of the package, and the file names. Looked
// at before anything is built, so that a name RPM cannot hold is refused at once.
#ifndef KPB_PLUGIN_RPM_PLAN_HPP
#define KPB_PLUGIN_RPM_PLAN_HPP

#include <kpb/sdk.hpp>

#include <string>
#include <vector>

namespace kpb::rpm {

inline constexpr std::string_view k_spec_format = "rpm-spec";
inline constexpr std::string_view k_source_format = "srpm";
inline constexpr std::string_view k_binary_format = "rpm-build";

struct Plan {
  std::string name;
  std::string epoch; // "" where none is set
  std::string version;
  std::string release;
  std::string arch;    // RPM's names for kpb's four architectures are the same
  std::string payload; // rpm's way to write a compression: "w6.gzdio"
  bool from_source = false;
  std::vector<views::Artifact> artifacts; // in the order of /request/formats

  bool wants(std::string_view format) const;
  std::string file_name(std::string_view format) const; // "" for a format that is not wanted
};

// Throws kpb::sdk::Error for what RPM cannot express, wherever in the document it is.
Plan make_plan(const sdk::Host& host, const sdk::Document& document);

} // namespace kpb::rpm

#endif
