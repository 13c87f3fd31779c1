// SPDX-License-Identifier: GPL-2.0-only
//
// Checks a manifest's text before a YAML parser sees it, and looks up places in it afterwards.
#ifndef KPB_CORE_MANIFEST_YAML_TEXT_HPP
#define KPB_CORE_MANIFEST_YAML_TEXT_HPP

#include "core/manifest/yaml_tree.hpp"

#include <string>
#include <string_view>

namespace kpb {

// Converts line ends to LF and removes a byte order mark. After an error, nothing is returned.
std::optional<std::string> check_yaml_text(std::string_view text, const std::string& file,
                                           DiagnosticSink& sink);

// Line and column of a byte.
YamlPlace place_of(std::string_view text, size_t offset);

// The position after the closing quote of the quoted scalar that begins at `offset`; npos if the
// quote is missing.
size_t end_of_quoted(std::string_view text, size_t offset);

} // namespace kpb

#endif
