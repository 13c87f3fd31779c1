// SPDX-License-Identifier: GPL-2.0-only
//
// Makes a request from the command line of `kpb build`.
#ifndef KPB_CORE_CLI_BUILD_ARGUMENTS_HPP
#define KPB_CORE_CLI_BUILD_ARGUMENTS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/request/arguments.hpp"
#include "core/request/request.hpp"

namespace kpb {

// False after an error. Facts from other packages (--from-package, --metapackage) are not read
// here.
bool take_arguments(const Arguments& arguments, BuildRequest& request, DiagnosticSink& sink);

} // namespace kpb

#endif
