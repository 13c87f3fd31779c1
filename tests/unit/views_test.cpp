// SPDX-License-Identifier: GPL-2.0-only
//
// Writes and reads each view, as kpb and as a plugin do, which have documents of their own. All
// members of a struct must be carried: one that visit() leaves out would be lost silently.
#include "core/model/writer.hpp"
#include "core/plugin/bridge.hpp"
#include <kpb/sdk/views.hpp>

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_random.hpp>

#include <algorithm>
#include <random>

using namespace kpb;

namespace {

// Gives each member a value of its own.
struct Fill {
  mutable int next = 1;
  void operator()(std::string_view name, std::string& value) const {
    value = std::string(name) + " " + std::to_string(next++);
  }
  void operator()(std::string_view name, std::optional<std::string>& value) const {
    value = std::string(name) + " " + std::to_string(next++);
  }
  void operator()(std::string_view, std::optional<bool>& value) const { value = next++ % 2 == 0; }
  void operator()(std::string_view, std::optional<int64_t>& value) const { value = next++; }
  void operator()(std::string_view, uint64_t& value) const {
    value = static_cast<uint64_t>(next++);
  }
};

// All members as text, and the space that they take.
struct Tell {
  mutable std::string text;
  mutable size_t room = 0;

  void add(std::string_view name, const std::string& value, size_t size) const {
    text += std::string(name) + "=" + value + "\n";
    room += (size + 7) / 8 * 8;
  }
  void operator()(std::string_view name, const std::string& value) const {
    add(name, value, sizeof value);
  }
  void operator()(std::string_view name, const std::optional<std::string>& value) const {
    add(name, value.value_or("(none)"), sizeof value);
  }
  void operator()(std::string_view name, const std::optional<bool>& value) const {
    add(name, !value ? "(none)" : *value ? "yes" : "no", sizeof value);
  }
  void operator()(std::string_view name, const std::optional<int64_t>& value) const {
    add(name, value ? std::to_string(*value) : "(none)", sizeof value);
  }
  void operator()(std::string_view name, uint64_t value) const {
    add(name, std::to_string(value), sizeof value);
  }
};

template <class View> std::string told(const View& view) {
  const Tell tell;
  View::visit(view, tell);
  return tell.text;
}

SinkRules rules() {
  SinkRules out;
  out.setter = "policy p";
  out.writer = by_describe;
  return out;
}

} // namespace

TEMPLATE_TEST_CASE("views: what is written is read again", "[views]", views::Function,
                   views::Relation, views::Exact, views::File, views::StoredFile, views::PackedFile,
                   views::Module, views::Object, views::Callback, views::Member, views::Artifact,
                   views::Amendment, views::Tool, views::Plugin) {
  TestType full;
  TestType::visit(full, Fill{});
  const TestType empty;
  Document d;
  const Writer out(d, "kpb");
  CHECK(views::append(out, "/list", full) == "/list/0");
  views::write(out, "/one", empty);
  views::append(out, "/list", full);

  const DocumentView view(d);
  const sdk::Document of_plugin(view.abi());
  const auto list = views::all<TestType>(d, "/list");
  REQUIRE(list.size() == 2);
  CHECK(told(list[1]) == told(full));
  CHECK(told(views::element<TestType>(of_plugin, "/list", 1)) == told(full));
  CHECK(told(views::read<TestType>(d, "/one")) == told(empty));
  CHECK(told(views::read<TestType>(of_plugin, "/absent")) == told(empty));
  CHECK(d.provenance("/list/0") == "kpb");

  const Tell tell;
  TestType::visit(full, tell);
  CHECK(tell.room == sizeof(TestType)); // each member is visited once
}

TEST_CASE("views: a plugin's sink takes them, and kpb reads what it wrote", "[views]") {
  Document d;
  CollectingSink heard;
  PluginSink sink(d, rules(), heard);
  const sdk::Sink out(sink.abi());
  views::Relation relation;
  views::Relation::visit(relation, Fill{});
  CHECK(views::append(out, "/relations", relation) == "/relations/0");
  views::File file; // what else a file has is for kpb to say
  file.path = "/usr/share/p";
  file.kind = "data";
  file.content = "input:0";
  views::append(out, "/files", file);
  REQUIRE(heard.all().empty());
  CHECK(told(views::relations(d)[0]) == told(relation));
  CHECK(told(views::files(d)[0]) == told(file));
  CHECK(d.provenance("/relations/0/name") == "policy p");
}

TEST_CASE("views: the package's names and numbers", "[views]") {
  Document d;
  int n = 0;
  for (const char* field : {"name", "epoch", "version", "release", "arch"})
    d.put_text(pointer(fields::package, field), std::to_string(++n), "");
  const auto p = views::package_of(d);
  CHECK(p.name + p.epoch + p.version + p.release + p.arch == "12345");
}

TEST_CASE("views: the fields have the document's names", "[views]") {
  Document d;
  const Writer out(d, "kpb");
  views::append(out, "/relations",
                views::Relation{"conflicts", "a", "<", "1-1", "b", "version", "c"});
  views::append(out, "/modules/0/functions", views::Function{"vmlinux", "f", 2});
  CHECK(d.dump(false) == R"({
  "relations": [
    {
      "kind": "conflicts",
      "name": "a",
      "operator": "<",
      "version": "1-1",
      "condition": "b",
      "role": "version",
      "because": "c"
    }
  ],
  "modules": [
    {
      "functions": [
        {
          "object": "vmlinux",
          "name": "f",
          "position": 2
        }
      ]
    }
  ]
}
)");
}

TEST_CASE("views: what is there and not said again stays", "[views]") {
  Document d;
  d.put_text("/files/0/path", "/a", "policy p");
  views::File more;
  more.sha256 = "00";
  views::write(Writer(d, "kpb"), "/files/0", more);
  CHECK(views::files(d)[0].path == "/a");
  CHECK(d.provenance("/files/0/path") == "policy p");
  CHECK(d.provenance("/files/0/sha256") == "kpb");
  CHECK_FALSE(d.has("/files/0/size"));
}

TEST_CASE("views: values of another kind are none", "[views]") {
  Document d;
  d.put_text("/modules/0/replace", "yes", "");
  d.put_integer("/modules/0/name", 1, "");
  d.put_integer("/modules/0/functions/0/position", -1, "");
  d.put_null("/modules/0/size", "");
  const DocumentView view(d);
  const sdk::Document of_plugin(view.abi());
  CHECK(told(views::module_of(d)) == told(views::Module{}));
  CHECK(told(views::module_of(of_plugin)) == told(views::Module{}));
  CHECK(views::functions(d) == std::vector<views::Function>(1));
  CHECK(views::functions(of_plugin) == std::vector<views::Function>(1));
}

TEST_CASE("views: relations in words", "[views]") {
  CHECK(line_of(views::Relation{"provides", "a", "", "", "", "", ""}) == "provides: a");
  CHECK(line_of(views::Relation{"conflicts", "a", "<", "1-1", "", "", ""}) == "conflicts: a < 1-1");
  CHECK(text_of(views::Relation{"requires", "a", "=", "1", "b = 2", "", ""}) == "(a = 1 if b = 2)");
  CHECK(text_of(views::Exact{"a", "3:1-1"}) == "a=3:1-1");
  CHECK(evr_of(views::Package{"a", "", "1", "2", ""}) == "1-2");
  CHECK(evr_of(views::Package{"a", "3", "1", "2", ""}) == "3:1-2");
}

TEST_CASE("views: one relation, whatever the reason for it", "[views]") {
  const views::Relation a{"conflicts", "a", "<", "1-1", "", "version", "x"};
  views::Relation b = a;
  b.role = b.because = "";
  CHECK(a == b);
  CHECK_FALSE(a < b);
  for (std::string views::Relation::*member :
       {&views::Relation::kind, &views::Relation::name, &views::Relation::op,
        &views::Relation::version, &views::Relation::condition}) {
    views::Relation other = a;
    other.*member += "x";
    CHECK(a != other);
    CHECK(a < other);
  }
}

TEST_CASE("views: OBJECT:FUNCTION:N is read as it is written", "[views]") {
  const auto seed =
      GENERATE(Catch::Generators::take(200, Catch::Generators::random(0U, 0xffffffffU)));
  CAPTURE(seed);
  std::mt19937 next(seed);
  const auto word = [&](std::string_view of) {
    std::string out;
    for (auto n = next() % 20 + 1; n > 0; --n)
      out += of[next() % of.size()];
    return out;
  };
  constexpr std::string_view k_letters = "abcxyzABC019_.$-";
  views::Function f;
  f.object = word(k_letters);
  f.name = word("abcxyzABC019_.$-: "); // no compiler makes it, but it must come back unchanged
  f.position = next() >> next() % 32;
  const auto read = views::parse_function(text_of(f));
  REQUIRE(read);
  std::replace(f.object.begin(), f.object.end(), '-', '_'); // as the kernel writes it
  f.position = std::max<uint64_t>(f.position, 1);
  CHECK(*read == f);
  CHECK(text_of(*read) == text_of(f));
  // Cut off anywhere, it is another function or none, but never the same one.
  const std::string text = text_of(f);
  const auto cut = views::parse_function(text.substr(0, next() % text.size()));
  CHECK((!cut || *cut != f || f.position == 1));
}

TEST_CASE("views: OBJECT:FUNCTION for the first of that name", "[views]") {
  CHECK(views::parse_function("vmlinux:f") == views::Function{"vmlinux", "f", 1});
  CHECK(views::parse_function("vmlinux:f:0") == views::Function{"vmlinux", "f", 1});
  CHECK(text_of(views::Function{"vmlinux", "f", 0}) == "vmlinux:f:1");
  CHECK(views::parse_function("vmlinux:f:4294967295") ==
        views::Function{"vmlinux", "f", 4294967295U});
}

TEST_CASE("views: what is no function", "[views]") {
  const auto* text =
      GENERATE("", ":", "f", "vmlinux:", ":f", "::", "vmlinux::1", ":f:1",
               "vmlinux:f:", "vmlinux:f:x", "vmlinux:f:-1", "vmlinux:f:1x", "vmlinux:f: 1",
               "vmlinux:f:4294967296", "vmlinux:f:99999999999999999999999999");
  CAPTURE(text);
  CHECK_FALSE(views::parse_function(text));
}
