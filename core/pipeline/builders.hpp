// SPDX-License-Identifier: GPL-2.0-only
//
// What a builder gets, and what is said when there is none: for the passes, and for prime_kernel().
#ifndef KPB_CORE_PIPELINE_BUILDERS_HPP
#define KPB_CORE_PIPELINE_BUILDERS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/kernel/prepared_kernel.hpp"

#include <string>

namespace kpb {

struct Build;

// Gives builders a view of the kernel, which the caller has locked. False after a report.
bool use_kernel(Build& build, PreparedKernel kernel, const std::string& name);

// No builder can: with what they said. Returns false.
bool refuse_builders(Build& build, const CollectingSink& heard, const std::string& kind);

} // namespace kpb

#endif
