// SPDX-License-Identifier: GPL-2.0-only
//
// The parts of the pass `take_request`. A series asks some of them for each of its cells (core/series).
#ifndef KPB_CORE_PIPELINE_TAKE_REQUEST_HPP
#define KPB_CORE_PIPELINE_TAKE_REQUEST_HPP

#include <string>

namespace kpb {

struct Build;

bool take_kernel(Build& build);
void put_replace(Build& build, const std::string& kind);
void put_metadata(Build& build);
// What is said of the module's functions and of other packages.
bool take_relations(Build& build);
// What an earlier package of the same module says of it; needs the inputs.
bool take_earlier(Build& build);
// The other half of the pass for packages without a module.
bool take_without_module(Build& build);

} // namespace kpb

#endif
