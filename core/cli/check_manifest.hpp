// SPDX-License-Identifier: GPL-2.0-only
//
// A package that carries its own document (manifest.json) is compared with it in full: the artifact check
// of a build, made again by anybody who has nothing but the file.
#ifndef KPB_CORE_CLI_CHECK_MANIFEST_HPP
#define KPB_CORE_CLI_CHECK_MANIFEST_HPP

#include "core/cli/session.hpp"
#include "core/packages/report_files.hpp"

namespace kpb {

enum class ManifestCheck {
  none,         // classic packages and those of others have no manifest
  compared,     // all of it
  transitional, // a deb that is empty and leads to another package
  no_digest,    // all but the module's content: the package's own build made it
  no_recipe,    // a source package: its spec is in no manifest
};

ManifestCheck check_manifest(Session& session, const FileReport& report, const std::string& path,
                             DiagnosticSink& sink);

// For people: what of the check was not possible; "" when nothing was left out.
std::string not_checked(ManifestCheck check);

} // namespace kpb

#endif
