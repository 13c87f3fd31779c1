// SPDX-License-Identifier: GPL-2.0-only
//
// apt's DPkg::Pre-Install-Pkgs hook. Where two live-patch packages cannot be installed together, dpkg and rpm
// refuse; apt removes the one that is there, unasked, and the kernel loses a fix. This stops exactly that.
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

// Lines of `Field: value`, as dpkg-deb -f and our dpkg-query format print them.
DebPackage parse_control(const std::string& text);
// The names in a relation field, without versions, architectures and alternatives' bars.
std::vector<std::string> relation_names(const std::string& field);

struct Swap {
  std::string outgoing, incoming;
  std::string over; // what both have
};
// That `outgoing` is removed for the sake of `incoming`, and `incoming` did not say so by name.
std::optional<Swap> find_swap(const DebPackage& outgoing, const DebPackage& incoming);

// `input` is what apt writes (protocol version 3). 0 lets apt go on, 1 stops it.
int apt_hook(World& world, const std::string& input);

} // namespace kpb::runtime

#endif
