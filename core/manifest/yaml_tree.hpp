// SPDX-License-Identifier: GPL-2.0-only
//
// YAML as a manifest may have it: one document of maps, lists and texts, each with its place. What YAML
// can do beyond that (anchors, tags, directives, keys that are no text, values with a type) is refused,
// because it is either a trap or read differently by other programs.
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
  Kind kind = Kind::none; // none: `~`, `null`, or nothing at all
  YamlPlace place;
  std::string text;
  std::vector<YamlNode> items; // of a map: key, value, key, value
};

inline constexpr size_t k_max_manifest_size = 4ULL * 1024 * 1024;
inline constexpr size_t k_max_manifest_depth = 16;
inline constexpr size_t k_max_manifest_values = 200'000;
inline constexpr size_t k_max_manifest_text = 64ULL * 1024;

// "FILE:LINE:COLUMN"
std::string place_text(const std::string& file, YamlPlace place);

// Nothing after a report: of the text's size, bytes and characters, then of what YAML makes of it. An empty
// document is a node of kind none.
std::optional<YamlNode> read_yaml(std::string_view text, const std::string& file,
                                  DiagnosticSink& sink);

} // namespace kpb

#endif
