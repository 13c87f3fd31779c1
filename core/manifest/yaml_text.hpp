// SPDX-License-Identifier: GPL-2.0-only
//
// What a manifest's text is held to before a YAML parser sees it, and what is looked up in it afterwards.
#ifndef KPB_CORE_MANIFEST_YAML_TEXT_HPP
#define KPB_CORE_MANIFEST_YAML_TEXT_HPP

#include "core/manifest/yaml_tree.hpp"

#include <string>
#include <string_view>

namespace kpb {

// Line ends become LF and a byte order mark goes; nothing after a report.
std::optional<std::string> check_yaml_text(std::string_view text, const std::string& file,
                                           DiagnosticSink& sink);

// The place of a byte.
YamlPlace place_of(std::string_view text, size_t offset);

// Where the scalar in quotes that begins at `offset` ends (behind its quote); npos when it does not.
size_t end_of_quoted(std::string_view text, size_t offset);

} // namespace kpb

#endif
