// SPDX-License-Identifier: GPL-2.0-only
//
// Packages that kpb made, as sources of facts for a new one: their manifests are read for --from-package
// and --metapackage.
#ifndef KPB_CORE_CLI_TOLD_BY_PACKAGES_HPP
#define KPB_CORE_CLI_TOLD_BY_PACKAGES_HPP

#include "core/cli/session.hpp"
#include "core/request/request.hpp"

#include <string>

namespace kpb {

// `path`: a package, or a manifest.json out of one. Reports what is wrong.
bool read_earlier(Session& session, const std::string& path, BuildRequest& request);
// The arguments are packages: into request.members.
bool read_members(Session& session, BuildRequest& request);

} // namespace kpb

#endif
