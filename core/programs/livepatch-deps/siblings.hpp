// SPDX-License-Identifier: GPL-2.0-only
//
// Several modules in one package: rpm ignores it if a package conflicts with itself, so only this
// check keeps a package from containing two modules that disable each other. (The reader of
// modules.conf refuses two of the same name.)
#ifndef KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_SIBLINGS_HPP
#define KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_SIBLINGS_HPP

#include "core/diag/diagnostic.hpp"
#include <kpb/policy/tokens.hpp>

#include <string>
#include <vector>

namespace kpb::generate {

// What is known of one module: the facts of its file, completed by its package's modules.conf.
struct KnownModule {
  std::string path;
  bool replace = false;
  std::vector<policy::Function> functions;
};

// Whether both can be in one package for one kernel; reports why not.
bool fit_together(const KnownModule& a, const KnownModule& b, DiagnosticSink& sink);

} // namespace kpb::generate

#endif
