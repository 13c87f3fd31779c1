// SPDX-License-Identifier: GPL-2.0-only
//
// The relations of a package that contains a module, from the module's file and its package's
// modules.conf.
#ifndef KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_MODULE_RELATIONS_HPP
#define KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_MODULE_RELATIONS_HPP

#include "core/programs/livepatch-deps/build_root.hpp"
#include <kpb/policy/relations.hpp>

namespace kpb::generate {

// What rpmbuild says about the package.
struct Package {
  std::string name, epoch, version, release;
};

// `path` is the installed path, ROOT/K/MODULE.ko. `package` is the package that contains the file;
// if it is null, the package is the one whose modules.conf lists the file, and no relation has a
// version. Returns provides and conflicts, with `functions_only` only those of functions; nothing
// (reported) if some cannot be determined.
std::optional<std::vector<policy::Relation>>
relations_of_module(BuildRoot& root, const std::string& path, const Package* package,
                    bool functions_only, DiagnosticSink& sink);

} // namespace kpb::generate

#endif
