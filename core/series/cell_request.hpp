// SPDX-License-Identifier: GPL-2.0-only
//
// A manifest's words as a build's request, for what asks in this process: naming, and the old command line. (A
// cell's job gets the same as a command line; cell_command.hpp.)
#ifndef KPB_CORE_SERIES_CELL_REQUEST_HPP
#define KPB_CORE_SERIES_CELL_REQUEST_HPP

#include "core/request/request.hpp"
#include "core/series/plan.hpp"

namespace kpb {

// What all cells of a package have in common.
BuildRequest package_request(const ManifestPackage& package);
void put_kernel(BuildRequest& request, const SeriesKernel& kernel);
// All of it.
BuildRequest cell_request(const SeriesPlan& plan, const SeriesCell& cell);

} // namespace kpb

#endif
