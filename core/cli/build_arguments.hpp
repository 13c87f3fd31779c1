// SPDX-License-Identifier: GPL-2.0-only
//
// The command line of `kpb build` as a request.
#ifndef KPB_CORE_CLI_BUILD_ARGUMENTS_HPP
#define KPB_CORE_CLI_BUILD_ARGUMENTS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/request/arguments.hpp"
#include "core/request/request.hpp"

namespace kpb {

// False after a report. What other packages tell (--from-package, --metapackage) is not read here.
bool take_arguments(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink);

} // namespace kpb

#endif
