// SPDX-License-Identifier: GPL-2.0-only
//
// Compares a package that contains its own document (manifest.json) with that document in full: the
// artifact check of a build, repeated by anybody who has nothing but the file.
#ifndef KPB_CORE_CLI_CHECK_MANIFEST_HPP
#define KPB_CORE_CLI_CHECK_MANIFEST_HPP

#include "core/cli/session.hpp"
#include "core/packages/report_files.hpp"

namespace kpb {

enum class ManifestCheck {
  none,         // classic packages and those of others have no manifest
  compared,     // everything
  transitional, // an empty deb that leads to another package
  no_digest,    // all but the module's content, which is known only after the package's own build
  no_recipe,    // a source package: no manifest describes its spec
};

ManifestCheck check_manifest(Session& session, const FileReport& report, const std::string& path,
                             DiagnosticSink& sink);

// For users: what could not be checked; "" if nothing was left out.
std::string not_checked(ManifestCheck check);

} // namespace kpb

#endif
