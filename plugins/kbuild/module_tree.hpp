// SPDX-License-Identifier: GPL-2.0-only
//
// The directory that kbuild compiles: the user's files, and a Kbuild that gives the module the name
// that the policy chose, whatever the user's files are called. The same tree is compiled here and
// handed over in a source package.
#ifndef KPB_PLUGINS_KBUILD_MODULE_TREE_HPP
#define KPB_PLUGINS_KBUILD_MODULE_TREE_HPP

#include <kpb/sdk.hpp>

#include <map>
#include <string>
#include <string_view>

namespace kpb::builders {

// Begins a message of the generated Kbuild that is meant for the user.
constexpr std::string_view k_refusal_mark = "kpb-refused: ";

struct ModuleTree {
  std::map<std::string, std::string> files; // path -> content
  // What kpb calls differently than the user: path here -> path there. For messages.
  std::map<std::string, std::string> renamed;
};

ModuleTree make_module_tree(const sdk::Host& host, const sdk::Document& document,
                            const sdk::Sink& out);

} // namespace kpb::builders

#endif
