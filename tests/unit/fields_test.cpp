// SPDX-License-Identifier: GPL-2.0-only
#include "core/base/text.hpp"
#include "core/model/fields.hpp"
#include <kpb/sdk/fields.hpp>

#include <catch2/catch_test_macros.hpp>

#include <set>
#include <string>

using namespace kpb;

TEST_CASE("fields: constants are paths, and names for entries of lists") {
  CHECK(fields::package_name == "/package/name");
  CHECK(fields::module_functions == "/modules/0/functions");
  CHECK(pointer(fields::relations, 3, fields::relation::op) == "/relations/3/operator");
  CHECK(pointer(fields::the_module, fields::module::signature_size) == "/modules/0/signature/size");
  CHECK(pointer(fields::files, "-") == "/files/-");
  CHECK(pointer(fields::files, 0, "") == "/files/0");
}

TEST_CASE("fields: every row is well formed, and stands once") {
  for (const auto* table : {&k_package_fields, &k_read_back_fields}) {
    std::set<std::string> seen;
    for (const auto& row : table->rows) {
      INFO(table->schema << " " << row.path);
      CHECK(row.path[0] == '/');
      CHECK(seen.insert(row.path).second);
      CHECK(row.kinds != 0);
      CHECK(row.writers != 0);
      const std::string meaning = row.meaning;
      CHECK(!meaning.empty());
      CHECK(!meaning.ends_with("."));
      // The element above it has a row too, of the right kind.
      const std::string above = parent_path(row.path);
      const bool of_array = base_name(row.path) == "N";
      if (above == "/")
        continue;
      CHECK(seen.count(above) == 1);
      for (const auto& parent : table->rows)
        if (parent.path == above)
          CHECK((parent.kinds & (of_array ? is_array : is_object)) != 0);
    }
  }
}
