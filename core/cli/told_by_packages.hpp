// SPDX-License-Identifier: GPL-2.0-only
//
// Takes facts for a new package from packages that kpb made: --from-package and --metapackage read
// their manifests.
#ifndef KPB_CORE_CLI_TOLD_BY_PACKAGES_HPP
#define KPB_CORE_CLI_TOLD_BY_PACKAGES_HPP

#include "core/cli/session.hpp"
#include "core/request/request.hpp"

#include <string>

namespace kpb {

// `path` is a package, or a manifest.json from one. Reports errors.
bool read_earlier(Session& session, const std::string& path, BuildRequest& request);
// The arguments are packages; they are stored in request.members.
bool read_members(Session& session, BuildRequest& request);

} // namespace kpb

#endif
