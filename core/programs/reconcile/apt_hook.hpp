// SPDX-License-Identifier: GPL-2.0-only
//
// apt's DPkg::Pre-Install-Pkgs hook. If two live-patch packages exclude each other, dpkg and rpm
// refuse to install the second; apt silently removes the first, and the kernel loses a fix. This
// hook prevents that and nothing else.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_APT_HOOK_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_APT_HOOK_HPP

#include "core/programs/reconcile/world.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb::runtime {

struct DebPackage {
  std::string name;
  std::vector<std::string> provides, conflicts, replaces, functions;

  bool is_live_patch() const;
};

// Parses lines of `Field: value`, as dpkg-deb -f and our dpkg-query format print them.
DebPackage parse_control(const std::string& text);
// The names in a relation field, without versions, architectures and the bars of alternatives.
std::vector<std::string> relation_names(const std::string& field);

struct Swap {
  std::string outgoing, incoming;
  std::string over; // what both have
};
// A swap if `outgoing` is removed because of `incoming`, and `incoming` does not replace it by
// name.
std::optional<Swap> find_swap(const DebPackage& outgoing, const DebPackage& incoming);

// `input` is what apt writes (protocol version 3). 0 lets apt continue, 1 stops it.
int apt_hook(World& world, const std::string& input);

} // namespace kpb::runtime

#endif
