// SPDX-License-Identifier: GPL-2.0-only
//
// Several modules in one package: rpm takes no notice of a package that conflicts with itself, so nothing but
// this keeps a package from holding two modules that switch each other off. (Two of one name are refused
// by the reader of modules.conf.)
#ifndef KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_SIBLINGS_HPP
#define KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_SIBLINGS_HPP

#include "core/diag/diagnostic.hpp"
#include <kpb/policy/tokens.hpp>

#include <string>
#include <vector>

namespace kpb::generate {

// What is known of one module: its file's facts, completed by its package's modules.conf.
struct KnownModule {
  std::string path;
  bool replace = false;
  std::vector<policy::Function> functions;
};

// Whether both can be in one package for one kernel; reports why not.
bool fit_together(const KnownModule& a, const KnownModule& b, DiagnosticSink& sink);

} // namespace kpb::generate

#endif
