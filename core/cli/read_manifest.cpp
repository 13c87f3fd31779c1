// SPDX-License-Identifier: GPL-2.0-only
//
// See read_manifest.hpp.
#include "core/cli/read_manifest.hpp"

#include "core/base/text.hpp"

#include <cerrno>

namespace kpb {

std::optional<Manifest> read_manifest(Session& session, const std::string& path) {
  const auto text = session.files().read(path, k_max_manifest_size);
  if (!text && text.error().number != EFBIG) {
    fail(session.diagnostics(), {.fault = Fault::input,
                                 .code = "manifest-unreadable",
                                 .where = path,
                                 .what = "the manifest cannot be read",
                                 .why = text.error().reason(),
                                 .hint = "kpb series init DIR writes one"});
    return std::nullopt;
  }
  // If the file is too large, passes a text of more than the limit, so that parse_manifest()
  // reports it.
  auto manifest = parse_manifest(text ? *text : std::string(k_max_manifest_size + 1, ' '), path,
                                 session.diagnostics());
  if (manifest)
    manifest->directory = session.files().resolve(parent_path(path)).value_or(parent_path(path));
  return manifest;
}

} // namespace kpb
