// SPDX-License-Identifier: GPL-2.0-only
//
// The document as a tree: paths, what is created along them, what is refused, and who set what.
#include "core/model/document.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;
using Kind = Document::Kind;

TEST_CASE("document: values come back as what they are", "[document]") {
  Document d;
  CHECK(d.put_text("/package/name", "n", "me"));
  CHECK(d.put_integer("/source_date_epoch", -5, "me"));
  CHECK(d.put_boolean("/request/replace", false, "me"));
  CHECK(d.put_null("/modules/0/replace", "me"));
  CHECK(d.put_array("/relations", "me"));
  CHECK(d.kind("") == Kind::object);
  CHECK(d.kind("/package") == Kind::object);
  CHECK(d.kind("/package/name") == Kind::text);
  CHECK(d.kind("/source_date_epoch") == Kind::integer);
  CHECK(d.kind("/request/replace") == Kind::boolean);
  CHECK(d.kind("/modules") == Kind::array);
  CHECK(d.kind("/modules/0/replace") == Kind::null);
  CHECK(d.kind("/relations") == Kind::array);
  CHECK(d.kind("/nothing") == Kind::absent);
  CHECK(d.text("/package/name") == "n");
  CHECK(d.integer("/source_date_epoch") == -5);
  CHECK(d.boolean("/request/replace") == false);
  CHECK(d.has("/modules/0/replace"));
  CHECK_FALSE(d.has("/modules/1"));
  // Asked for as another kind, the value is absent.
  CHECK(d.text("/source_date_epoch").empty());
  CHECK_FALSE(d.text_view("/source_date_epoch"));
  CHECK_FALSE(d.integer("/package/name"));
  CHECK_FALSE(d.integer("/request/replace"));
  CHECK_FALSE(d.boolean("/source_date_epoch"));
  CHECK(d.size("/package") == 1);
  CHECK(d.size("/package/name") == 0);
  CHECK(d.size("/modules") == 1);
}

TEST_CASE("document: members keep the order in which they were set", "[document]") {
  Document d;
  for (const char* name : {"/z", "/a", "/m", "/z"})
    d.put_text(name, "v", "");
  CHECK(d.key("", 0) == "z");
  CHECK(d.key("", 1) == "a");
  CHECK(d.key("", 2) == "m");
  CHECK(d.key("", 3).empty());
  CHECK(d.key("/z", 0).empty());
}

TEST_CASE("document: arrays grow by one, by number or by '-'", "[document]") {
  Document d;
  CHECK(d.put_text("/a/-", "0", ""));
  CHECK(d.put_text("/a/-", "1", ""));
  CHECK(d.put_text("/a/2", "2", ""));
  CHECK(d.put_text("/a/0", "zero", ""));
  CHECK(d.texts("/a") == std::vector<std::string>{"zero", "1", "2"});
  CHECK_FALSE(d.put_text("/a/4", "4", ""));
  CHECK_FALSE(d.put_text("/a/x", "x", ""));
  CHECK_FALSE(d.put_text("/a/18446744073709551616", "x", ""));
  CHECK(d.size("/a") == 3);
  CHECK(d.append("/files", "") == 0);
  CHECK(d.append("/files", "") == 1);
  CHECK(d.kind("/files/1") == Kind::object);
  CHECK_FALSE(d.append("/a/0", ""));
  CHECK_FALSE(d.append("", ""));
  CHECK(d.put_text("/b/-/name", "n", ""));
  CHECK(d.text("/b/0/name") == "n");
  // Reading never appends.
  CHECK(d.kind("/a/-") == Kind::absent);
  CHECK(d.put_array("/a", ""));
  CHECK(d.size("/a") == 3);
}

TEST_CASE("document: texts() leaves out what is no text", "[document]") {
  Document d;
  d.put_text("/a/-", "x", "");
  d.put_integer("/a/-", 1, "");
  CHECK(d.texts("/a") == std::vector<std::string>{"x"});
  CHECK(d.texts("/a/0").empty());
}

TEST_CASE("document: a path that leads nowhere is refused and leaves nothing behind",
          "[document]") {
  const std::string too_long = "/" + std::string(600, 'x');
  std::string too_deep;
  for (int i = 0; i < 17; ++i)
    too_deep += "/x";
  const std::string path =
      GENERATE_COPY(as<std::string>{}, "x", "package", "/", "//a", "/a/", "/a//b", "/a~", "/a~2b",
                    "/a/~", "/name/x", "/name/0", "/number/-", "/list/x/y", "/list/3", "/new/5",
                    "/new/a/0/1", "/new/1/x", too_long, too_deep);
  CAPTURE(path);
  Document d;
  d.put_text("/name", "scalar", "");
  d.put_integer("/number", 1, "");
  d.put_array("/list", "");
  const std::string before = d.dump();
  CHECK_FALSE(d.put_text(path, "v", "me"));
  CHECK_FALSE(d.put_integer(path, 1, "me"));
  CHECK_FALSE(d.put_boolean(path, true, "me"));
  CHECK_FALSE(d.put_null(path, "me"));
  CHECK_FALSE(d.put_array(path, "me"));
  CHECK_FALSE(d.append(path, "me"));
  CHECK_FALSE(d.remove(path));
  CHECK(d.kind(path) == Kind::absent);
  CHECK(d.provenance(path).empty());
  CHECK(d.dump() == before);
}

TEST_CASE("document: sixteen levels are deep enough and allowed", "[document]") {
  std::string path;
  for (int i = 0; i < 16; ++i)
    path += "/x";
  Document d;
  CHECK(d.put_text(path, "v", "me"));
  CHECK(d.text(path) == "v");
  CHECK(d.provenance(path) == "me");
}

TEST_CASE("document: the root cannot be replaced", "[document]") {
  Document d;
  d.put_text("/a", "1", "");
  CHECK_FALSE(d.put_text("", "v", ""));
  CHECK_FALSE(d.remove(""));
  CHECK(d.text("/a") == "1");
}

TEST_CASE("document: '/' and '~' in a name are escaped, as JSON pointers do", "[document]") {
  Document d;
  CHECK(d.put_text("/settings/a~1b~0c", "v", "command line"));
  CHECK(d.key("/settings", 0) == "a/b~c");
  CHECK(d.text("/settings/a~1b~0c") == "v");
  CHECK(d.provenance("/settings/a~1b~0c") == "command line");
  d.put_text("/settings/other", "w", "else");
  CHECK(d.dump().find("\"/settings/a~1b~0c\": \"command line\"") != std::string::npos);
  CHECK(d.remove("/settings/a~1b~0c"));
  CHECK(d.size("/settings") == 1);
}

TEST_CASE("document: an explicit null may become a container", "[document]") {
  Document d;
  d.put_null("/modules/0/functions", "inspection");
  CHECK(d.put_text("/modules/0/functions/0/name", "f", "command line"));
  CHECK(d.text("/modules/0/functions/0/name") == "f");
}

TEST_CASE("document: removing", "[document]") {
  Document d;
  for (const char* word : {"a", "b", "c"})
    d.put_text("/list/-", word, word);
  d.put_text("/o/x", "1", "me");
  CHECK(d.remove("/list/0"));
  CHECK(d.texts("/list") == std::vector<std::string>{"b", "c"});
  CHECK(d.remove("/o/x"));
  CHECK(d.kind("/o") == Kind::object);
  CHECK(d.size("/o") == 0);
  CHECK_FALSE(d.remove("/o/x"));
  CHECK_FALSE(d.remove("/list/2"));
  CHECK_FALSE(d.remove("/list/-"));
}

TEST_CASE("document: who set an element stays with it when those before it go", "[document]") {
  Document d;
  for (int i = 0; i < 12; ++i) {
    const std::string at = pointer("/relations", static_cast<size_t>(i));
    d.put_text(at + "/name", "n" + std::to_string(i), "setter " + std::to_string(i));
    d.put_text(at + "/kind", "provides", i % 2 == 0 ? "even" : "odd");
  }
  CHECK(d.remove("/relations/1"));
  CHECK(d.remove("/relations/0"));
  for (size_t i = 0; i < 10; ++i) {
    CAPTURE(i);
    CHECK(d.text(pointer("/relations", i, "name")) == "n" + std::to_string(i + 2));
    CHECK(d.provenance(pointer("/relations", i, "name")) == "setter " + std::to_string(i + 2));
    CHECK(d.provenance(pointer("/relations", i, "kind")) == (i % 2 == 0 ? "even" : "odd"));
  }
  CHECK(d.provenance("/relations/10/name").empty());
}

TEST_CASE("document: what is gone takes its setters along", "[document]") {
  Document d;
  d.put_text("/package/name", "n", "policy one");
  CHECK(d.remove("/package"));
  d.put_text("/package/version", "1", "command line");
  d.put_null("/modules/0/functions", "inspection");
  d.put_text("/modules/0/functions/0/name", "f", "policy one");
  d.put_null("/modules/0/functions", "inspection");
  CHECK(d.put_document("/other", Document(), "kpb"));
  CHECK(d.dump().find("policy one") == std::string::npos);
}

TEST_CASE("document: an entry of the provenance holds for what is below it", "[document]") {
  Document d;
  d.put_text("/package/name", "n", "policy standard");
  d.put_text("/package/summary", "s", "policy standard");
  CHECK(d.provenance("/package/name") == "policy standard");
  Document outer;
  outer.put_document("/inner", d, "kpb");
  CHECK(outer.provenance("/inner/package/name") == "kpb");
  CHECK(outer.text("/inner/provenance/") == "");
  CHECK(outer.provenance("/inner/package/absent").empty());
}

TEST_CASE("document: text that is no UTF-8 is repaired, not lost and not passed on", "[document]") {
  Document d;
  CHECK(d.put_text("/a", "x\xff\ny", ""));
  CHECK(d.text("/a") == "x\\xff\ny");
}

TEST_CASE("document: a copy is its own", "[document]") {
  Document d;
  d.put_text("/a", "1", "one");
  Document copy = d;
  copy.put_text("/a", "2", "two");
  CHECK(d.text("/a") == "1");
  CHECK(d.provenance("/a") == "one");
  d = copy;
  CHECK(d.text("/a") == "2");
  const Document& alias = d;
  d = alias;
  CHECK(d.text("/a") == "2");
  Document moved = std::move(copy);
  CHECK(moved.provenance("/a") == "two");
}

TEST_CASE("document: pointers are put together", "[document]") {
  CHECK(pointer("/files", 3) == "/files/3");
  CHECK(pointer("/files", 0, "path") == "/files/0/path");
}

TEST_CASE("document: a list's elements need no setter for each member", "[document]") {
  Document d;
  const auto index = d.append("/relations", "policy a");
  REQUIRE(index == 0U);
  d.put_text("/relations/0/name", "x", "policy a");
  d.put_text("/relations/0/kind", "requires", "policy a");
  CHECK(d.provenance("/relations/0/name") == "policy a");
  CHECK(d.dump().find("/relations/0/name") == std::string::npos);
  // A value that somebody else sets gets its own entry, which disappears when the original setter
  // sets it again.
  d.put_text("/relations/0/name", "y", "policy b");
  CHECK(d.provenance("/relations/0/name") == "policy b");
  CHECK(d.provenance("/relations/0/kind") == "policy a");
  d.put_text("/relations/0/name", "z", "policy a");
  CHECK(d.provenance("/relations/0/name") == "policy a");
}
