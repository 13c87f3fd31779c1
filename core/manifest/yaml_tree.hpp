// SPDX-License-Identifier: GPL-2.0-only
//
// The YAML that a manifest may contain: one document of maps, lists and texts, each with its place.
// All other features of YAML (anchors, tags, directives, keys that are not texts, typed values) are
// refused, because they are either a trap or read differently by other programs.
#ifndef KPB_CORE_MANIFEST_YAML_TREE_HPP
#define KPB_CORE_MANIFEST_YAML_TREE_HPP

#include "core/diag/diagnostic.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct YamlPlace {
  uint32_t line = 0;   // from 1
  uint32_t column = 0; // from 1, in characters
};

struct YamlNode {
  enum class Kind : uint8_t { none, text, list, map };
  Kind kind = Kind::none; // none: `~`, `null`, or no value
  YamlPlace place;
  std::string text;
  std::vector<YamlNode> items; // for a map: key, value, key, value
};

inline constexpr size_t k_max_manifest_size = 4ULL * 1024 * 1024;
inline constexpr size_t k_max_manifest_depth = 16;
inline constexpr size_t k_max_manifest_values = 200'000;
inline constexpr size_t k_max_manifest_text = 64ULL * 1024;

// "FILE:LINE:COLUMN"
std::string place_text(const std::string& file, YamlPlace place);

// Checks the text's size, bytes and characters, then parses it. After an error, nothing is
// returned. An empty document is a node of kind none.
std::optional<YamlNode> read_yaml(std::string_view text, const std::string& file,
                                  DiagnosticSink& sink);

} // namespace kpb

#endif
