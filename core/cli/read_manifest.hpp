// SPDX-License-Identifier: GPL-2.0-only
//
// A manifest from its file.
#ifndef KPB_CORE_CLI_READ_MANIFEST_HPP
#define KPB_CORE_CLI_READ_MANIFEST_HPP

#include "core/cli/session.hpp"
#include "core/manifest/manifest.hpp"

namespace kpb {

// Its directory is absolute: jobs run elsewhere than we do. Nothing after a report.
std::optional<Manifest> read_manifest(Session& session, const std::string& path);

} // namespace kpb

#endif
