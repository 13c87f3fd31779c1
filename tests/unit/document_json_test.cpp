// SPDX-License-Identifier: GPL-2.0-only
//
// The document as text: what is written, what is read back, how provenance is folded, and what is
// refused in a text that somebody else wrote (a manifest in a package that is inspected).
#include "core/model/document.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;

namespace {

std::optional<Document> parse(const std::string& json, std::string* why = nullptr) {
  CollectingSink sink;
  auto document = Document::parse(json, "dir/manifest.json", sink);
  if (document) {
    CHECK(sink.all().empty());
    return document;
  }
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all()[0].fault == Fault::input);
  CHECK(sink.all()[0].code == "document");
  CHECK(sink.all()[0].where == "dir/manifest.json");
  if (why != nullptr)
    *why = sink.all()[0].why;
  return document;
}

std::string nested(const std::string& open, const std::string& close, size_t depth) {
  std::string out;
  for (size_t i = 0; i < depth; ++i)
    out += open;
  out += "1";
  for (size_t i = 0; i < depth; ++i)
    out += close;
  return R"({"schema": "kpb.package/1", "x": )" + out + "}";
}

} // namespace

TEST_CASE("document text: letter by letter", "[document]") {
  Document d;
  d.put_text("/schema", "kpb.package/1", "kpb");
  d.put_text("/package/name", "n", "policy standard");
  d.put_text("/package/summary", "100% \"sure\"\n\xc3\xbc\x1b", "policy standard");
  d.put_integer("/source_date_epoch", 12, "environment");
  d.put_array("/relations", "policy standard");
  CHECK(d.dump() == R"({
  "schema": "kpb.package/1",
  "package": {
    "name": "n",
    "summary": "100% \"sure\"\n)"
                    "\xc3\xbc"
                    R"(\u001b"
  },
  "source_date_epoch": 12,
  "relations": [],
  "provenance": {
    "/schema": "kpb",
    "/package": "policy standard",
    "/source_date_epoch": "environment",
    "/relations": "policy standard"
  }
}
)");
  CHECK(d.dump(false).find("provenance") == std::string::npos);
}

TEST_CASE("document text: equal setters below one parent become one entry", "[document]") {
  Document d;
  d.put_text("/schema", "kpb.package/1", "kpb");
  for (const char* path : {"/modules/0/functions/0/name", "/modules/0/functions/0/object",
                           "/modules/0/functions/1/name", "/modules/0/vermagic"})
    d.put_text(path, "v", "inspection");
  CHECK(d.dump().find(R"("/modules": "inspection")") != std::string::npos);
  d.put_text("/modules/0/functions/1/object", "v", "command line");
  const std::string json = d.dump();
  for (const char* entry : {R"("/modules/0/functions/0": "inspection")",
                            R"("/modules/0/functions/1/name": "inspection")",
                            R"("/modules/0/functions/1/object": "command line")",
                            R"("/modules/0/vermagic": "inspection")"}) {
    CAPTURE(entry, json);
    CHECK(json.find(entry) != std::string::npos);
  }
  Document same;
  same.put_text("/schema", "kpb.package/1", "kpb");
  CHECK(same.dump().find(R"("": "kpb")") != std::string::npos);
}

TEST_CASE("document text: parsing gives the same document, provenance included", "[document]") {
  Document d;
  d.put_text("/schema", "kpb.package/1", "kpb");
  d.put_text("/package/name", "n", "policy standard");
  d.put_text("/package/summary", "s", "policy standard");
  d.put_text("/package/version", "1", "default");
  for (int i = 0; i < 3; ++i)
    d.put_text(pointer("/files", static_cast<size_t>(i), "path"), "/p", i == 1 ? "kpb" : "policy");
  d.put_null("/modules/0/replace", "kpb");
  d.put_boolean("/modules/0/forced", true, "inspection");
  d.put_integer("/modules/0/size", 1234567890123, "inspection");
  d.put_text("/settings/a~1b", "v", "command line");
  const auto again = parse(d.dump());
  REQUIRE(again);
  CHECK(again->dump() == d.dump());
  for (const char* path : {"/package/name", "/package/version", "/files/1/path", "/files/2/path",
                           "/modules/0/replace", "/modules/0/size", "/settings/a~1b", "/schema"}) {
    CAPTURE(path);
    CHECK(again->provenance(path) == d.provenance(path));
    CHECK(again->kind(path) == d.kind(path));
  }
  CHECK_FALSE(again->has("/provenance"));
  // And once more, after a change.
  Document changed = *again;
  changed.put_text("/package/summary", "t", "command line");
  const auto third = parse(changed.dump());
  REQUIRE(third);
  CHECK(third->provenance("/package/summary") == "command line");
  CHECK(third->provenance("/package/name") == "policy standard");
}

TEST_CASE("document text: what is no package document is refused with a reason", "[document]") {
  const auto [json, reason] = GENERATE(table<std::string, std::string>({
      {"", "not a JSON object"},
      {"[]", "not a JSON object"},
      {"null", "not a JSON object"},
      {"{", "not a JSON object"},
      {R"({"schema": "kpb.package/1"} x)", "not a JSON object"},
      {R"({"schema": "kpb.package/1", "a": 01})", "not a JSON object"},
      {R"({"schema": "kpb.package/1", "a": 1e999})", "not a JSON object"},
      {"{\"schema\": \"kpb.package/1\", \"a\": \"\xff\"}", "not a JSON object"},
      {"{\"schema\": \"kpb.package/1\", \"a\": \"\xed\xa0\x80\"}", "not a JSON object"},
      {R"({"schema": "kpb.package/1", "a": "\ud800"})", "not a JSON object"},
      {"{}", "its schema is ''"},
      {R"({"schema": 1})", "its schema is ''"},
      {R"({"schema": "kpb.package/2"})", "its schema is 'kpb.package/2'"},
      {"{\"schema\": \"\\u001b[2J\"}", "its schema is '\\x1b[2J'"},
  }));
  CAPTURE(json);
  std::string why;
  CHECK_FALSE(parse(json, &why));
  CAPTURE(why);
  CHECK(why.find(reason) != std::string::npos);
}

TEST_CASE("document text: what a document cannot hold is absent", "[document]") {
  const auto d = parse(R"({"schema": "kpb.package/1", "float": 1.5, "big": 9223372036854775808,
                           "max": 9223372036854775807, "min": -9223372036854775808,
                           "twice": 1, "twice": 2, "provenance": "odd"})");
  REQUIRE(d);
  CHECK(d->kind("/float") == Document::Kind::absent);
  CHECK(d->kind("/big") == Document::Kind::absent);
  CHECK_FALSE(d->integer("/big"));
  CHECK(d->integer("/max") == INT64_MAX);
  CHECK(d->integer("/min") == INT64_MIN);
  CHECK(d->integer("/twice") == 2);
  CHECK_FALSE(d->has("/provenance"));
  CHECK(parse(R"({"schema": "kpb.package/1", "provenance": {"/schema": 5, "": "x"}})")
            ->provenance("/schema") == "x");
}

TEST_CASE("document text: depth is bounded, whoever wrote it", "[document]") {
  for (const auto& [open, close] :
       {std::pair<std::string, std::string>{"[", "]"}, {R"({"a":)", "}"}}) {
    CHECK(parse(nested(open, close, 15)));
    std::string why;
    CHECK_FALSE(parse(nested(open, close, 17), &why));
    CHECK(why.find("deeper than 16 levels") != std::string::npos);
    CHECK_FALSE(parse(nested(open, close, 300000), &why));
    CHECK_FALSE(parse(nested(open, "", 300000), &why));
  }
}

// Comparing each of 300,000 members with all earlier ones would take minutes, so parsing stops at
// the limit. Text after the first member above the limit is not even read, so invalid JSON there
// goes unnoticed.
TEST_CASE("document text: an object of very many members is given up at the bound", "[document]") {
  const auto members = [](int count) {
    std::string json = R"({"schema": "kpb.package/1")";
    for (int i = 1; i < count; ++i)
      json += ",\"k" + std::to_string(i) + "\":0";
    return json;
  };
  std::string why;
  CHECK(parse(members(10000) + "}"));
  CHECK_FALSE(parse(members(10000) + ",,,", &why));
  CHECK(why.find("more than 10,000 members") == std::string::npos);
  CHECK_FALSE(parse(members(10001) + ",,,", &why));
  CHECK(why.find("more than 10,000 members") != std::string::npos);
  CHECK_FALSE(parse(members(300000) + "}", &why));
  CHECK(why.find("more than 10,000 members") != std::string::npos);
}
