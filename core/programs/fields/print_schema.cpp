// SPDX-License-Identifier: GPL-2.0-only
//
// JSON Schemas of draft 07, which is what editors and python3-jsonschema know.
#include "core/programs/fields/print.hpp"

#include "core/base/text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace kpb {

namespace {

using Json = nlohmann::ordered_json;

constexpr unsigned k_anything = is_text | is_integer | is_boolean | is_null | is_array | is_object;
constexpr const char* k_domain = "^[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)+$";

Json type_of(unsigned kinds) {
  Json out = Json::array();
  for (const auto& [kind, word] : {std::pair{is_text, "string"}, std::pair{is_integer, "integer"},
                                   std::pair{is_boolean, "boolean"}, std::pair{is_array, "array"},
                                   std::pair{is_object, "object"}, std::pair{is_null, "null"}})
    if ((kinds & kind) != 0)
      out.push_back(word);
  return out.size() == 1 ? out[0] : out;
}

class Schema {
public:
  explicit Schema(const FieldTable& table) {
    m_root["$schema"] = "http://json-schema.org/draft-07/schema#";
    m_root["title"] =
        std::string(table.title) + (*table.schema == '\0' ? "" : ", " + std::string(table.schema));
    m_root["type"] = "object";
    add(table, m_root);
    if (!m_definitions.empty())
      m_root["definitions"] = m_definitions;
  }
  std::string text() const { return m_root.dump(2) + "\n"; }

private:
  // The fields of a table, as members of `object`.
  void add(const FieldTable& table, Json& object) {
    for (const auto& row : table.rows)
      place(object, row.path) = value_of(row);
    if (*table.schema != '\0' && object["properties"].contains("schema")) {
      object["properties"]["schema"]["const"] = table.schema;
      object["required"] = {"schema"};
    }
  }

  // Where the schema of the field at `path` stands; that of what it lies in is there already.
  static Json& place(Json& object, const std::string& path) {
    Json* at = &object;
    for (const auto& part : split(path.substr(1), '/')) {
      if (part == "N" || part == "0") {
        at = &(*at)["items"];
      } else if (part == "KEY") {
        at = &(*at)["additionalProperties"];
      } else if (part == "REVERSE.DNS") {
        (*at)["additionalProperties"] = false;
        at = &(*at)["patternProperties"][k_domain];
      } else if (part == "...") {
        at = &(*at)["additionalProperties"];
      } else {
        at = &(*at)["properties"][part];
      }
    }
    return *at;
  }

  Json value_of(const FieldRow& row) {
    Json out = Json::object();
    if (row.kinds != k_anything)
      out["type"] = type_of(row.kinds);
    out["description"] = row.meaning;
    if (base_name(row.path) == "modules" && row.writers != by_kpb)
      out["maxItems"] = 1;
    if (row.holds != nullptr)
      out["allOf"] = {{{"$ref", "#/definitions/" + hold(*row.holds)}}};
    return out;
  }

  // A definition says nothing of the type: what holds it does, and it may be text as well.
  std::string hold(const FieldTable& table) {
    const std::string name = *table.schema == '\0' ? "module" : split(table.schema, '/')[0];
    if (!m_definitions.contains(name)) {
      m_definitions[name] = Json::object(); // two tables may hold each other
      Json fields = Json::object();
      add(table, fields);
      m_definitions[name] = fields;
    }
    return name;
  }

  Json m_root;
  Json m_definitions = Json::object();
};

} // namespace

std::string json_schema(const FieldTable& table) { return Schema(table).text(); }

} // namespace kpb
