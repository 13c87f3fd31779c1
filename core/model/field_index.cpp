// SPDX-License-Identifier: GPL-2.0-only
//
// See field_index.hpp.
#include "core/model/field_index.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace kpb {

namespace {

// Takes the first part off `rest`, which begins with '/'.
std::string_view take_part(std::string_view& rest) {
  const size_t end = std::min(rest.find('/', 1), rest.size());
  const std::string_view part = rest.substr(1, end - 1);
  rest.remove_prefix(end);
  return part;
}

bool is_index(std::string_view part) {
  return part == "-" || (!part.empty() && std::all_of(part.begin(), part.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; }));
}

// "com.example": two or more labels of letters, digits and '-'.
bool is_domain(std::string_view part) {
  char before = '.';
  for (const char c : part) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
    if (!word && (c != '.' || before == '.'))
      return false;
    before = c;
  }
  return before != '.' && part.find('.') != std::string_view::npos;
}

bool stands_for(std::string_view name, std::string_view part) {
  return name == part || (name == "N" && is_index(part)) || (name == "KEY" && !part.empty()) ||
         (name == "REVERSE.DNS" && is_domain(part)) || (name == "..." && !part.empty());
}

} // namespace

FieldIndex::FieldIndex(const FieldTable& table) : m_table(table), m_nodes(1) {
  for (const auto& row : table.rows) {
    size_t at = 0;
    for (std::string_view rest = row.path; !rest.empty();) {
      const std::string_view part = take_part(rest);
      const auto& branches = m_nodes[at].branches;
      const auto there = std::find_if(branches.begin(), branches.end(),
                                      [&](const Branch& branch) { return branch.name == part; });
      if (there != branches.end()) {
        at = there->node;
      } else {
        m_nodes[at].branches.push_back({part, m_nodes.size()});
        at = m_nodes.size();
        m_nodes.emplace_back();
      }
      m_nodes[at].writers |= row.writers;
    }
    m_nodes[at].row = &row;
  }
}

const FieldIndex& FieldIndex::package() {
  static const FieldIndex index(k_package_fields);
  return index;
}

const FieldIndex& FieldIndex::read_back() {
  static const FieldIndex index(k_read_back_fields);
  return index;
}

std::optional<size_t> FieldIndex::follow(const Node& from, std::string_view part) const {
  for (const auto& branch : from.branches)
    if (stands_for(branch.name, part))
      return branch.node;
  return std::nullopt;
}

const FieldRow* FieldIndex::find(std::string_view path) const {
  if (path.empty() || path[0] != '/')
    return nullptr;
  size_t at = 0;
  while (!path.empty()) {
    const std::string_view part = take_part(path);
    const auto next = follow(m_nodes[at], part);
    if (next)
      at = *next;
    else if (part.empty() || m_nodes[at].row == nullptr ||
             !std::string_view(m_nodes[at].row->path).ends_with("/..."))
      return nullptr;
  }
  return m_nodes[at].row;
}

std::vector<std::string> FieldIndex::writable(FieldWriter writer) const {
  std::vector<std::string> out;
  for (const auto& row : m_table.rows)
    if ((row.writers & writer) != 0 &&
        std::none_of(out.begin(), out.end(), [&](const std::string& above) {
          return std::string_view(row.path).starts_with(above + "/");
        }))
      out.emplace_back(row.path);
  return out;
}

std::optional<std::string> FieldIndex::nearest(std::string_view path, FieldWriter writer) const {
  if (!is_pointer(path))
    return std::nullopt;
  // Finds the first part that leads nowhere, and what could replace it.
  std::string_view rest = path;
  size_t at = 0;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const std::string_view part = take_part(rest);
    const auto next = follow(m_nodes[at], part);
    if (next) {
      at = *next;
      continue;
    }
    std::vector<std::string> names;
    for (const auto& branch : m_nodes[at].branches)
      if ((m_nodes[branch.node].writers & writer) != 0)
        names.emplace_back(branch.name);
    const auto near = kpb::nearest(part, names);
    if (!near)
      break;
    const std::string meant =
        std::string(path.substr(0, path.size() - before.size())) + "/" + *near;
    const std::string whole = meant + std::string(rest);
    return find(whole) != nullptr ? whole : meant;
  }
  // The right name in the wrong place.
  for (const auto& row : m_table.rows)
    if ((row.writers & writer) != 0 && base_name(row.path) == base_name(path))
      return row.path;
  return std::nullopt;
}

bool is_pointer(std::string_view path) {
  if (path.empty() || path[0] != '/' || !is_valid_utf8(path) || first_control_byte(path, false))
    return false;
  for (size_t at = path.find('~'); at != std::string_view::npos; at = path.find('~', at + 1))
    if (at + 1 == path.size() || (path[at + 1] != '0' && path[at + 1] != '1'))
      return false;
  return path.back() != '/' && path.find("//") == std::string_view::npos;
}

} // namespace kpb
