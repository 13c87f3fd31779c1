// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a spec that kpb rendered, without rpm: asking rpmspec would run the spec's macros, and take
// longer than all the rest of kpb. It understands plain specs only and says so of others.
#ifndef KPB_PLUGIN_RPM_SPEC_READER_HPP
#define KPB_PLUGIN_RPM_SPEC_READER_HPP

#include <kpb/sdk.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kpb::rpm {

struct Spec {
  std::map<std::string, std::string> tags; // "name", "version", ...; in small letters
  std::string description;
  std::vector<views::PackedFile> files; // mode, owner and group are "" where %attr does not say
  std::vector<views::Relation> relations;
  size_t scripts = 0;
  std::vector<std::string> unclear; // lines whose meaning only rpm knows
};

// Throws kpb::sdk::Error (Fault::verification) where a value that is to be checked holds a macro and for
// a spec of several packages, Fault::input for what is no spec.
Spec read_spec(std::string_view text);
// The last of these alone, for a spec that rpmbuild reads: rpm's macros may stand in it.
void check_one_package(std::string_view text);

bool is_spec_path(std::string_view path);
void read_back_spec(std::string_view path, const sdk::Sink& out);

} // namespace kpb::rpm

#endif
