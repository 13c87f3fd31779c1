// SPDX-License-Identifier: GPL-2.0-only
#include "core/base/text.hpp"
#include "core/model/field_index.hpp"
#include "core/pipeline/manifest.hpp"
#include <kpb/sdk/fields.hpp>

#include <catch2/benchmark/catch_benchmark.hpp>
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
      const bool of_array = base_name(row.path) == "N" || base_name(row.path) == "0";
      if (above == "/")
        continue;
      CHECK(seen.count(above) == 1);
      for (const auto& parent : table->rows)
        if (parent.path == above)
          CHECK((parent.kinds & (of_array ? is_array : is_object)) != 0);
    }
  }
}

TEST_CASE("fields: each row is found by its path, and nothing else is") {
  for (const auto* table : {&k_package_fields, &k_read_back_fields}) {
    const FieldIndex index(*table);
    for (const auto& row : table->rows) {
      INFO(row.path);
      CHECK(index.find(row.path) == &row);
      CHECK(index.find(replace_all(row.path, "/N", "/12")) == &row);
      const std::string last = base_name(row.path);
      if (last != "KEY" && last != "REVERSE.DNS" && last != "...")
        CHECK(index.find(std::string(row.path) + "x") == nullptr);
      CHECK(index.find(std::string(row.path).substr(1)) == nullptr);
    }
  }
  const auto& fields = FieldIndex::package();
  CHECK(fields.find("/settings/any-key_at~1all") != nullptr);
  CHECK(fields.find("/relations/-/name") == fields.find("/relations/7/name"));
  for (const char* path : {"", "/", "//", "/settings/", "/relations/x/name", "/relations/1x",
                           "/modules/1/file", "/modules/-/file", "/relations/0/name/below"})
    CHECK(fields.find(path) == nullptr);
}

TEST_CASE("fields: a site's corner") {
  const auto& fields = FieldIndex::package();
  for (const char* path : {"/x/com.example", "/x/com.example/ticket", "/x/com.example/a/b/0/c",
                           "/x/org.my-site.kpb/~1", "/x/com.example/list/-"})
    CHECK(fields.find(path) != nullptr);
  for (const char* path : {"/x/com", "/x/com.", "/x/.com", "/x/com..example", "/x/com example.org",
                           "/x//a", "/x/com.example/", "/x/com.example//a", "/x/com/ticket"})
    CHECK(fields.find(path) == nullptr);
}

TEST_CASE("fields: looking up is cheap", "[!benchmark]") {
  const auto& fields = FieldIndex::package();
  BENCHMARK("a relation's name") { return fields.find("/relations/4711/name"); };
  BENCHMARK("the last row") { return fields.find("/provenance/x"); };
}

TEST_CASE("fields: the packaged manifest has what is packaged, and nothing of the run") {
  Document d;
  const auto path_of = [](const FieldRow& row) {
    return replace_all(replace_all(replace_all(row.path, "/N", "/0"), "REVERSE.DNS", "com.example"),
                       "...", "a");
  };
  for (const auto& row : k_package_fields.rows) {
    const std::string path = path_of(row);
    if ((row.kinds & is_text) != 0)
      CHECK(d.put_text(path, "x", "kpb"));
    else if ((row.kinds & is_integer) != 0)
      CHECK(d.put_integer(path, 1, "kpb"));
    else if ((row.kinds & is_boolean) != 0)
      CHECK(d.put_boolean(path, true, "kpb"));
  }
  d.put_text("/of_a_newer_kpb", "x", "kpb");
  CollectingSink heard;
  const auto manifest =
      Document::parse(package_manifest(d), "manifest.json", heard, /*schema=*/"x");
  REQUIRE(manifest);
  CHECK(manifest->has("/of_a_newer_kpb"));
  for (const auto& row : k_package_fields.rows) {
    INFO(row.path);
    if (!std::string_view(row.path).starts_with("/provenance"))
      CHECK(manifest->has(path_of(row)) == (row.place == packaged));
  }
}
