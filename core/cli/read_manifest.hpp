// SPDX-License-Identifier: GPL-2.0-only
//
// Reads a manifest from its file.
#ifndef KPB_CORE_CLI_READ_MANIFEST_HPP
#define KPB_CORE_CLI_READ_MANIFEST_HPP

#include "core/cli/session.hpp"
#include "core/manifest/manifest.hpp"

namespace kpb {

// The manifest's directory becomes absolute, because jobs run in other directories. After an error,
// nothing is returned.
std::optional<Manifest> read_manifest(Session& session, const std::string& path);

} // namespace kpb

#endif
