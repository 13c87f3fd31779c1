// SPDX-License-Identifier: GPL-2.0-only
//
// The relations of a package that holds a module, from the file and the modules.conf of its package.
#ifndef KPB_CORE_GENERATE_MODULE_RELATIONS_HPP
#define KPB_CORE_GENERATE_MODULE_RELATIONS_HPP

#include "core/generate/build_root.hpp"
#include "plugins/relations/relations.hpp"

namespace kpb::generate {

// What rpmbuild says of the package; "" where it does not.
struct Package {
  std::string name, epoch, version, release;
};

// `path`: as installed, ROOT/K/MODULE.ko. `is_packed_by`: the file is in `package`; otherwise it is in the one
// whose modules.conf lists it, and what `package` says holds where that is the one. Provides and conflicts;
// `functions_only`: those of functions and klp states alone. Nothing (reported) where not all of them can be
// told.
std::optional<std::vector<relations::Relation>>
relations_of_module(BuildRoot& root, const std::string& path, Package package, bool is_packed_by,
                    bool functions_only, DiagnosticSink& sink);

} // namespace kpb::generate

#endif
