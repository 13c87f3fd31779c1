// SPDX-License-Identifier: GPL-2.0-only
//
// What a builder's programs see, and the command line of kpb-enter and bubblewrap that makes it so. The paths are the same
// for every kernel and every run: they enter object files and kbuild's decisions.
#ifndef KPB_CORE_KERNEL_VIEW_LAYOUT_HPP
#define KPB_CORE_KERNEL_VIEW_LAYOUT_HPP

#include "core/run/confinement.hpp"

#include <string>
#include <vector>

namespace kpb {

inline constexpr const char* k_view_base = "/mnt/kpb";
inline constexpr const char* k_view_tree = "/mnt/kpb/tree";
inline constexpr const char* k_view_cache = "/mnt/kpb/cache";
inline constexpr const char* k_view_kernel = "/mnt/kpb/kernel";
inline constexpr const char* k_view_input = "/mnt/kpb/input";
inline constexpr const char* k_view_output = "/mnt/kpb/output";
inline constexpr const char* k_view_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// Where a builder's programs find things.
struct ViewPlaces {
  std::string tree = k_view_tree;
  std::string cache = k_view_cache;
  std::string kernel = k_view_kernel;
  std::string input = k_view_input;
  std::string output = k_view_output;
};

// A directory of the view that is written to: the layers below (the topmost first), and where changes go.
struct ViewLayers {
  std::vector<std::string> lower; // none: `upper` itself appears
  std::string upper;
  std::string work; // overlayfs' own
};

struct ViewLayout {
  std::string enter;  // the program kpb-enter
  std::string root;   // "" for the host's own
  std::string kernel; // the prepared kernel's directory
  ViewLayers tree;
  ViewLayers cache;
  std::string input;
  std::string output;
  ViewPlaces places;
  // Not "": no overlay is mounted, everything lies at its place; the program and what it starts hold this lock.
  std::string hold;
  std::string copy; // then: the directory that everything which is written to lies in
  std::string temporary = "/tmp";
};

// The whole command line for a program in the view; it runs in the tree. `confinement` is null where the user wants
// none, which is only possible in a copy.
std::vector<std::string> enter_command(const ViewLayout& layout, const Confinement* confinement,
                                       const std::vector<std::string>& program);

// The environment of every program in a view; `additions` come on top.
std::vector<std::string> view_environment(const std::vector<std::string>& additions,
                                          const std::string& temporary = "/tmp");

} // namespace kpb

#endif
