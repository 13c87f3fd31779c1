// SPDX-License-Identifier: GPL-2.0-only
//
// The header of constants. A path without an index becomes one constant; an entry of a list becomes a namespace of
// its members' names. The one module of a package has both.
#include "core/programs/fields/print.hpp"

#include "core/base/text.hpp"

#include <map>
#include <set>

namespace kpb {

namespace {

constexpr const char* k_head = R"(// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the documents that plugins read and write (docs/document.md), by name. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
//
//   document.text(fields::package_name)                              "/package/name"
//   pointer(fields::relations, i, fields::relation::name)            "/relations/3/name"
//   pointer(fields::the_module, fields::module::signature_size)      "/modules/0/signature/size"
#ifndef KPB_SDK_FIELDS_HPP
#define KPB_SDK_FIELDS_HPP

#include "pointer.hpp"

#include <string_view>

namespace kpb::fields {
// clang-format off
)";

// Words of C++ that are names of fields too.
std::string identifier(const std::string& name) { return name == "operator" ? "op" : name; }

class Namespace {
public:
  // Once for each name: lists whose entries are called the same share them.
  void add(const std::string& name, const std::string& value, const std::string& meaning) {
    if (!m_names.insert(name).second)
      return;
    m_text += "// " + meaning + ".\n" + "inline constexpr std::string_view " + name + " = \"" +
              value + "\";\n";
  }
  const std::string& text() const { return m_text; }

private:
  std::set<std::string> m_names;
  std::string m_text;
};

// The namespaces of one table, by name; "" holds the constants for whole paths.
class Constants {
public:
  explicit Constants(const FieldTable& table) : m_table(table) {
    for (const auto& row : table.rows)
      if (row.entry != nullptr)
        m_entries[row.path] = row.entry;
    if (m_entries.count("/modules") != 0)
      space("").add("the_module", "/modules/0", "The one module of a package");
    for (const auto& row : table.rows)
      add(row);
  }

  std::string text() const {
    std::string out;
    for (const auto& name : m_order) {
      const std::string& body = m_spaces.at(name).text();
      out += name.empty() ? body
                          : "\nnamespace " + name + " {\n" + body + "} // namespace " + name + "\n";
    }
    return out;
  }

private:
  Namespace& space(const std::string& name) {
    if (m_spaces.count(name) == 0)
      m_order.push_back(name);
    return m_spaces[name];
  }

  void add(const FieldRow& row) {
    const auto parts = split(row.path, '/'); // the first is empty
    const std::string& last = parts.back();
    if (last == "N" || last == "0" || last == "KEY" || last == "REVERSE.DNS" || last == "...")
      return;
    std::string list; // the last list of objects on the way
    std::string path;
    std::string member;
    for (size_t i = 1; i < parts.size(); ++i) {
      const bool index = parts[i] == "N" || parts[i] == "0";
      list = index ? path : list;
      path += "/" + parts[i];
      member = index ? "" : member + (member.empty() ? "" : "/") + parts[i];
    }
    const std::string name = identifier(replace_all(member, "/", "_"));
    if (list.empty())
      space("").add(name, path, row.meaning);
    else
      space(m_entries.at(list)).add(name, member, row.meaning);
    if (list == "/modules")
      space("").add("module_" + name, "/modules/0/" + member, row.meaning);
  }

  const FieldTable& m_table;
  std::map<std::string, std::string> m_entries;
  std::map<std::string, Namespace> m_spaces;
  std::vector<std::string> m_order;
};

} // namespace

std::string constants_header(std::span<const FieldTable* const> tables) {
  std::string out = k_head;
  for (const auto* table : tables) {
    const std::string inner = table->constants;
    out += "\n// " + std::string(table->title) + ", " + table->schema + ".\n";
    if (!inner.empty())
      out += "namespace " + inner + " {\n";
    out += Constants(*table).text();
    if (!inner.empty())
      out += "} // namespace " + inner + "\n";
  }
  return out + "\n// clang-format on\n} // namespace kpb::fields\n\n#endif\n";
}

} // namespace kpb
