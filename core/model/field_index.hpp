// SPDX-License-Identifier: GPL-2.0-only
//
// Finds the row of a path. Every write of a plugin needs it, and a series has ten thousand cells,
// so the table is converted to a tree once, and a lookup allocates nothing.
#ifndef KPB_CORE_MODEL_FIELD_INDEX_HPP
#define KPB_CORE_MODEL_FIELD_INDEX_HPP

#include "core/model/fields.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

class FieldIndex {
public:
  explicit FieldIndex(const FieldTable& table);
  static const FieldIndex& package();
  static const FieldIndex& read_back();

  // Null if there is no such field. "-" counts as an index.
  const FieldRow* find(std::string_view path) const;
  // The paths that `writer` may write, without those below others.
  std::vector<std::string> writable(FieldWriter writer) const;
  // The field that `writer` may have meant by `path`.
  std::optional<std::string> nearest(std::string_view path, FieldWriter writer) const;

private:
  struct Node;
  struct Branch {
    std::string_view name; // "N", "KEY" and others stand for many names
    size_t node;
  };
  struct Node {
    const FieldRow* row = nullptr;
    unsigned writers = 0; // including those of what is below
    std::vector<Branch> branches;
  };
  // The node that `part` leads to from there; nothing if it leads nowhere.
  std::optional<size_t> follow(const Node& from, std::string_view part) const;

  const FieldTable& m_table;
  std::vector<Node> m_nodes; // the first is the root
};

// Whether a path is well formed, as far as that can be decided without a document.
bool is_pointer(std::string_view path);

} // namespace kpb

#endif
