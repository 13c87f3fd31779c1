// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-fields: prints a file that follows from the tables of fields (core/model/fields.hpp).
//   kpb-fields constants sdk|result|series|awaiting|kernel
//   kpb-fields table|schema TABLE
//   kpb-fields list tables
#include "core/programs/fields/print.hpp"

#include <cstdio>
#include <map>
#include <string>

namespace {

const std::map<std::string, const kpb::FieldTable*> k_tables = {
    {"awaiting", &kpb::k_awaiting_fields},       {"event", &kpb::k_event_fields},
    {"kernel", &kpb::k_kernel_fields},           {"known-inputs", &kpb::k_known_inputs_fields},
    {"module-file", &kpb::k_module_file_fields}, {"package", &kpb::k_package_fields},
    {"read-back", &kpb::k_read_back_fields},     {"report", &kpb::k_report_fields},
    {"result", &kpb::k_result_fields},           {"series-result", &kpb::k_series_fields},
    {"status", &kpb::k_status_fields},           {"template", &kpb::k_template_fields},
};

// "": there is no such thing.
std::string printed(const std::string& what, const std::string& which) {
  if (what == "constants")
    return which == "sdk" ? kpb::sdk_constants() : kpb::own_constants(which);
  if (what == "list" && which == "tables") {
    std::string out;
    for (const auto& [name, table] : k_tables)
      out += name + "\n";
    return out;
  }
  const auto table = k_tables.find(which);
  if (table == k_tables.end())
    return "";
  return what == "table"    ? kpb::documentation(*table->second)
         : what == "schema" ? kpb::json_schema(*table->second)
                            : "";
}

} // namespace

int main(int count, char** words) {
  const std::string text = count == 3 ? printed(words[1], words[2]) : "";
  if (text.empty()) {
    std::fputs("usage: kpb-fields constants sdk|result|series|awaiting|kernel\n"
               "       kpb-fields table|schema TABLE\n"
               "       kpb-fields list tables\n",
               stderr);
    return 2;
  }
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? 0 : 1;
}
