// SPDX-License-Identifier: GPL-2.0-only
//
// See explain.hpp.
#include "core/cli/explain.hpp"

#include "core/base/text.hpp"
#include <kpb/sdk/views.hpp>

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
    rows.push_back({path.substr(1), value, d.provenance(list ? pointer(path, 0) : path)});
}

std::vector<Row> rows_of(const Document& d) {
  std::vector<Row> rows;
  for (const auto object : {fields::package, fields::kernel})
    for (size_t i = 0; i < d.size(object); ++i)
      add(rows, d, pointer(object, d.key(object, i)));
  for (const auto path : {fields::module_file, fields::module_directory, fields::module_name,
                          fields::module_replace, fields::module_format, fields::module_states})
    add(rows, d, std::string(path));
  for (size_t i = 0; i < d.size(fields::files); ++i)
    add(rows, d, pointer(fields::files, i, fields::file::path));
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

std::string line_of(const views::Relation& relation, const std::string& setter) {
  std::string kind = relation.kind;
  if (!kind.empty())
    kind[0] = static_cast<char>(kind[0] - ('a' - 'A'));
  return kind + " " + escape_control(text_of(relation)) +
         (relation.because.empty() ? "" : " because " + escape_control(relation.because)) + ", " +
         setter + "\n";
}

std::string line_of(const views::Amendment& amendment) {
  const std::string by = amendment.by + " (was " + amendment.was_by + "'s)";
  if (!amendment.relation.empty())
    return "Removed: " + escape_control(amendment.relation) + ", " + by + "\n";
  return "Changed: " + amendment.field.substr(1) + " from " + one_line(amendment.before) +
         (amendment.after ? " to " + one_line(*amendment.after) : ", taken out") + ", " + by + "\n";
}

} // namespace

std::string explain(const Document& d) {
  std::string out = table(rows_of(d));
  const auto relations = views::relations(d);
  if (!relations.empty())
    out += "\n";
  for (size_t i = 0; i < relations.size(); ++i)
    out += line_of(relations[i], d.provenance(pointer(fields::relations, i)));
  const auto amendments = views::amendments(d);
  if (!amendments.empty())
    out += "\n";
  for (const auto& amendment : amendments)
    out += line_of(amendment);
  return out;
}

} // namespace kpb
