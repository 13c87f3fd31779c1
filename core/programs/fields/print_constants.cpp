// SPDX-License-Identifier: GPL-2.0-only
//
// The headers of constants. A path without an index becomes one constant; an entry of a list becomes a namespace of
// its members' names. The one module of a package has both.
#include "core/programs/fields/print.hpp"

#include "core/base/text.hpp"

#include <map>
#include <set>

namespace kpb {

namespace {

constexpr const char* k_sdk_head = R"(// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the documents that plugins read and write (docs/document.md), by name. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made. It is as long as there are fields: a
// site looks for them in one place.
//
//   document.text(fields::package_name)                              "/package/name"
//   pointer(fields::relations, i, fields::relation::name)            "/relations/3/name"
//   pointer(fields::the_module, fields::module::signature_size)      "/modules/0/signature/size"
#ifndef KPB_SDK_FIELDS_HPP
#define KPB_SDK_FIELDS_HPP

#include "pointer.hpp"
)";

// Printed before the constants of one of core's own headers; the names are its path's.
constexpr const char* k_own_head = R"(// SPDX-License-Identifier: GPL-2.0-only
//
// Fields of documents that plugins do not see, of core/model/own_fields.hpp. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
#ifndef KPB_CORE_MODEL_OWN_FIELDS_@_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_@_HPP

#include <kpb/sdk/pointer.hpp>
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
  explicit Constants(const FieldTable& table) {
    for (const auto& row : table.rows)
      if (row.entry != nullptr)
        m_entries[row.path] = row.entry;
    if (*table.schema != '\0')
      space("").add("schema_name", table.schema, "What the field schema says");
    if (m_entries.count("/modules") != 0 && table.constants == std::string())
      space("").add("the_module", "/modules/0", "The one module of a package");
    for (const auto& row : table.rows) {
      add(row.path, row.meaning);
      // What has no constants of its own is told of where it is held.
      if (row.holds != nullptr && row.holds->constants == nullptr)
        for (const auto& held : row.holds->rows)
          add(std::string(row.path) + held.path, held.meaning);
    }
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

  void add(const std::string& whole, const std::string& meaning) {
    const auto parts = split(whole, '/'); // the first is empty
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
      space("").add(name, path, meaning);
    else if (m_entries.count(list) != 0)
      space(m_entries.at(list)).add(name, member, meaning);
    else // of a table that another holds: what it is called there
      space(base_name(list).substr(0, base_name(list).size() - 1)).add(name, member, meaning);
    if (list == "/modules" && whole.starts_with("/modules/0/"))
      space("").add("module_" + name, "/modules/0/" + member, meaning);
  }

  std::map<std::string, std::string> m_entries;
  std::map<std::string, Namespace> m_spaces;
  std::vector<std::string> m_order;
};

std::string header(const std::string& head, std::initializer_list<const FieldTable*> tables) {
  std::string out = head;
  out += "\n#include <string_view>\n\nnamespace kpb::fields {\n// clang-format off\n"
         "// NOLINTBEGIN(readability-identifier-naming): a constant is called what its field is\n";
  for (const auto* table : tables) {
    const std::string inner = table->constants;
    out += "\n// " + std::string(table->title) +
           (*table->schema == '\0' ? "" : ", " + std::string(table->schema)) + ".\n";
    if (!inner.empty())
      out += "namespace " + inner + " {\n";
    out += Constants(*table).text();
    if (!inner.empty())
      out += "} // namespace " + inner + "\n";
  }
  return out +
         "\n// NOLINTEND(readability-identifier-naming)\n// clang-format on\n} // namespace kpb::fields\n\n#endif\n";
}

} // namespace

std::string sdk_constants() { return header(k_sdk_head, {&k_package_fields, &k_read_back_fields}); }

std::string own_constants(const std::string& which) {
  const auto own = [](const char* name, std::initializer_list<const FieldTable*> tables) {
    return header(replace_all(k_own_head, "@", name), tables);
  };
  if (which == "result")
    return own("RESULT", {&k_result_fields});
  if (which == "series")
    return own("SERIES", {&k_series_fields, &k_event_fields, &k_report_fields});
  if (which == "awaiting")
    return own("AWAITING", {&k_awaiting_fields});
  if (which == "kernel")
    return own("KERNEL", {&k_kernel_fields, &k_known_inputs_fields, &k_template_fields});
  return "";
}

} // namespace kpb
