// SPDX-License-Identifier: GPL-2.0-only
//
// See explain.hpp.
#include "core/cli/explain.hpp"

#include "core/base/text.hpp"
#include "core/pipeline/relation_list.hpp"

#include <algorithm>
#include <vector>

namespace kpb {

namespace {

constexpr size_t k_value_columns = 72;

struct Row {
  std::string field, value, setter;
};

// A value of several lines would break the table; its first line identifies it.
std::string one_line(const std::string& text) {
  const size_t end = text.find('\n');
  return cut_to_columns(
      escape_control(text.substr(0, end) + (end == std::string::npos ? "" : " ...")),
      k_value_columns);
}

std::string value_of(const Document& d, const std::string& path) {
  switch (d.kind(path)) {
  case Document::Kind::boolean: return *d.boolean(path) ? "yes" : "no";
  case Document::Kind::integer: return std::to_string(*d.integer(path));
  case Document::Kind::text: return one_line(d.text(path));
  case Document::Kind::array: return join(d.texts(path), ", ");
  case Document::Kind::null: return "unknown";
  default: return "";
  }
}

void add(std::vector<Row>& rows, const Document& d, const std::string& path) {
  const std::string value = value_of(d, path);
  const bool list = d.kind(path) == Document::Kind::array;
  if (!value.empty())
    rows.push_back({path.substr(1), value, d.provenance(list ? path + "/0" : path)});
}

std::vector<Row> rows_of(const Document& d) {
  std::vector<Row> rows;
  for (const char* object : {"/package", "/kernel"})
    for (size_t i = 0; i < d.size(object); ++i)
      add(rows, d, std::string(object) + "/" + d.key(object, i));
  for (const char* member : {"file", "directory", "name", "replace", "format", "states"})
    add(rows, d, std::string("/modules/0/") + member);
  for (size_t i = 0; i < d.size("/files"); ++i)
    add(rows, d, pointer("/files", i, "path"));
  return rows;
}

std::string table(const std::vector<Row>& rows) {
  size_t field = 0;
  size_t value = 0;
  for (const auto& row : rows) {
    field = std::max(field, row.field.size());
    value = std::max(value, row.value.size());
  }
  std::string out;
  for (const auto& row : rows)
    out += row.field + std::string(field - row.field.size() + 2, ' ') + row.value +
           std::string(value - row.value.size() + 2, ' ') + row.setter + "\n";
  return out;
}

std::string relation(const Document& d, const std::string& at) {
  std::string kind = d.text(at + "/kind");
  if (!kind.empty())
    kind[0] = static_cast<char>(kind[0] - ('a' - 'A'));
  const std::string because = d.text(at + "/because");
  return kind + " " + escape_control(relation_text(d, at)) +
         (because.empty() ? "" : " because " + escape_control(because)) + ", " + d.provenance(at) +
         "\n";
}

std::string amendment(const Document& d, const std::string& at) {
  const std::string by = d.text(at + "/by") + " (was " + d.text(at + "/was_by") + "'s)";
  if (d.has(at + "/relation"))
    return "Removed: " + escape_control(d.text(at + "/relation")) + ", " + by + "\n";
  return "Changed: " + d.text(at + "/field").substr(1) + " from " +
         one_line(d.text(at + "/before")) +
         (d.has(at + "/after") ? " to " + one_line(d.text(at + "/after")) : ", taken out") + ", " +
         by + "\n";
}

} // namespace

std::string explain(const Document& d) {
  std::string out = table(rows_of(d));
  if (d.size("/relations") > 0)
    out += "\n";
  for (size_t i = 0; i < d.size("/relations"); ++i)
    out += relation(d, pointer("/relations", i));
  if (d.size("/amendments") > 0)
    out += "\n";
  for (size_t i = 0; i < d.size("/amendments"); ++i)
    out += amendment(d, pointer("/amendments", i));
  return out;
}

} // namespace kpb
