// SPDX-License-Identifier: GPL-2.0-only
//
// The tables of docs/document.md. Entries of lists have no row of their own: the list's row tells of them.
#include "core/programs/fields/print.hpp"

#include "core/base/text.hpp"

#include <utility>
#include <vector>

namespace kpb {

namespace {

constexpr unsigned k_scalar = is_text | is_integer | is_boolean;

std::string type_of(unsigned kinds) {
  if ((kinds & k_scalar) == k_scalar)
    return "anything";
  std::vector<std::string> words;
  for (const auto& [kind, word] : {std::pair{is_text, "text"}, std::pair{is_integer, "integer"},
                                   std::pair{is_boolean, "boolean"}, std::pair{is_array, "list"},
                                   std::pair{is_object, "object"}, std::pair{is_null, "null"}})
    if ((kinds & kind) != 0)
      words.emplace_back(word);
  return join(words, " or ");
}

std::string setters_of(unsigned writers) {
  std::vector<std::string> words;
  for (const auto& [writer, word] :
       {std::pair{by_user, "command line"}, std::pair{by_kpb, "kpb"},
        std::pair{by_inspection, "inspection"}, std::pair{by_kernel, "prepared kernel"},
        std::pair{by_name, "policy's `name()`"}, std::pair{by_describe, "policy's `describe()`"},
        std::pair{by_build, "builder's `build()`"}, std::pair{by_sources, "builder's `sources()`"},
        std::pair{by_backend, "backend"}})
    if ((writers & writer) != 0)
      words.emplace_back(word);
  return join(words, ", ");
}

const FieldRow* row_of(const FieldTable& table, const std::string& path) {
  for (const auto& row : table.rows)
    if (row.path == path)
      return &row;
  return nullptr;
}

// What an object has beside the fields of this table.
std::string held_by(const FieldRow& row) {
  if (row.holds == nullptr)
    return "";
  return *row.holds->schema != '\0'
             ? " (`" + std::string(row.holds->schema) + "`)"
             : "; for the fields of one see \"" + std::string(row.holds->title) + "\"";
}

bool is_entry(const FieldRow& row) {
  const std::string last = base_name(row.path);
  return last == "N" || last == "0";
}

} // namespace

std::string documentation(const FieldTable& table) {
  const bool of_packages = &table == &k_package_fields;
  std::string out = of_packages ? "| path | type | set by | in the manifest | meaning |\n"
                                  "| --- | --- | --- | --- | --- |\n"
                                : "| path | type | meaning |\n| --- | --- | --- |\n";
  for (const auto& row : table.rows) {
    if (is_entry(row))
      continue;
    const FieldRow* entry = row_of(table, std::string(row.path) + "/N");
    const bool scalars = entry != nullptr && (entry->kinds & k_scalar) != 0;
    std::string meaning = row.meaning;
    if (scalars)
      meaning += "; each is " + std::string(entry->meaning);
    if (entry != nullptr)
      meaning += held_by(*entry);
    meaning += held_by(row);
    out += "| `" + std::string(scalars ? entry->path : row.path) + "` | " +
           type_of(scalars ? entry->kinds : row.kinds) + " | ";
    if (of_packages)
      out += setters_of(row.writers) + " | " + (row.place == packaged ? "yes" : "no") + " | ";
    out += meaning + " |\n";
  }
  return out;
}

} // namespace kpb
