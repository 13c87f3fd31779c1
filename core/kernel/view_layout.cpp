// SPDX-License-Identifier: GPL-2.0-only
//
// See view_layout.hpp.
#include "core/kernel/view_layout.hpp"

#include "core/base/text.hpp"

namespace kpb {

namespace {

void add_layers(std::vector<std::string>& out, const ViewLayers& layers, const char* where) {
  if (layers.lower.empty())
    out.insert(out.end(), {"--bind", layers.upper, where});
  else
    out.insert(out.end(), {"--overlay", join(layers.lower, ":"), layers.upper, layers.work, where});
}

} // namespace

std::vector<std::string> enter_command(const ViewLayout& layout,
                                       const std::vector<std::string>& program) {
  std::vector<std::string> out = {layout.enter};
  if (!layout.hold.empty()) {
    out.insert(out.end(), {"--hold", layout.hold, "--chdir", layout.places.tree, "--"});
    out.insert(out.end(), program.begin(), program.end());
    return out;
  }
  if (!layout.root.empty())
    out.insert(out.end(), {"--root", layout.root});
  // /mnt is on every system and no business of a builder's; mount points are made there and nowhere else.
  out.insert(out.end(), {"--tmpfs", "/tmp", "--tmpfs", "/mnt", "--make-dir", k_view_base});
  for (const char* place : {k_view_tree, k_view_cache, k_view_kernel, k_view_input, k_view_output})
    out.insert(out.end(), {"--make-dir", place});
  add_layers(out, layout.tree, k_view_tree);
  add_layers(out, layout.cache, k_view_cache);
  out.insert(out.end(), {"--read-only-bind", layout.kernel, k_view_kernel});
  out.insert(out.end(), {"--read-only-bind", layout.input, k_view_input});
  out.insert(out.end(), {"--bind", layout.output, k_view_output});
  out.insert(out.end(), {"--chdir", k_view_tree, "--"});
  out.insert(out.end(), program.begin(), program.end());
  return out;
}

std::vector<std::string> view_environment(const std::vector<std::string>& additions,
                                          const std::string& temporary) {
  // HOME does not exist: no dot file is read. The tools' words are read, so they are in English.
  std::vector<std::string> out = {std::string("PATH=") + k_view_path,
                                  "HOME=/mnt/kpb/no-home",
                                  "LC_ALL=C",
                                  "TZ=UTC",
                                  "TMPDIR=" + temporary,
                                  "SHELL=/bin/sh",
                                  "USER=kpb",
                                  "LOGNAME=kpb"};
  out.insert(out.end(), additions.begin(), additions.end());
  return out;
}

} // namespace kpb
