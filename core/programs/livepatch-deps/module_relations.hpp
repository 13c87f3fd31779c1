// SPDX-License-Identifier: GPL-2.0-only
//
// The relations of a package that holds a module, from the file and the modules.conf of its package.
#ifndef KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_MODULE_RELATIONS_HPP
#define KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_MODULE_RELATIONS_HPP

#include "core/programs/livepatch-deps/build_root.hpp"
#include <kpb/policy/relations.hpp>

namespace kpb::generate {

// What rpmbuild says of the package.
struct Package {
  std::string name, epoch, version, release;
};

// `path`: as installed, ROOT/K/MODULE.ko. `package`: the one that the file is in; without it the one whose
// modules.conf lists the file, and no relation has a version. Provides and conflicts; `functions_only`: those of
// functions alone. Nothing (reported) where not all of them can be told.
std::optional<std::vector<policy::Relation>>
relations_of_module(BuildRoot& root, const std::string& path, const Package* package,
                    bool functions_only, DiagnosticSink& sink);

} // namespace kpb::generate

#endif
