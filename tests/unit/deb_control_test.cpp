// SPDX-License-Identifier: GPL-2.0-only
//
// Control files: how free text is written into one, rule by rule (tests/property/control_text.py
// asks dpkg and apt), and the strict reader.
#include "plugins/common/package_text/reading.hpp"
#include "plugins/deb/control_reader.hpp"
#include "plugins/deb/control_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <kpb/sdk.hpp>

using namespace kpb::deb;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kpb::package_text::Damage;
using kpb::sdk::Error;
using kpb::views::Relation;

namespace {

std::string lines(std::string_view text) { return control_lines(text, "description"); }
std::string line(std::string_view text) { return control_line(text, "summary"); }

} // namespace

TEST_CASE("control text: the recipe of a description", "[deb]") {
  const auto [text, escaped] = GENERATE(table<std::string, std::string>({
      {"plain", " plain"},
      {"a\nEssential: yes", " a\n Essential: yes"},
      {"a\n\nPackage: b", " a\n .\n Package: b"},
      {"a\n.\nb", " a\n  .\n b"},
      {".x", "  .x"},
      {"  indented", "   indented"},
      {"a\r\nb\rc", " a\n b\n c"},
      {"a\tb \t\n", " a b"},
      {"\n \n\na\n\n", " a"},
      {"", ""},
      {" \n\t", ""},
      {"# no comment", " # no comment"},
      {"caf\u00e9 \u65e5\u672c", " caf\u00e9 \u65e5\u672c"},
  }));
  CHECK(lines(text) == escaped);
  CHECK(lines(text_of_control_lines(escaped)) == escaped);
}

TEST_CASE("control text: one line behind a field", "[deb]") {
  CHECK(line("  Package: x\t") == "Package: x");
  CHECK(line("100%") == "100%");
  for (const char* text : {"a\nb", "a\rb", "", " \t", "a\x1b", "a\u202e", "a\xff"})
    CHECK_THROWS_AS(line(text), Error);
  CHECK_THROWS_MATCHES(line("ab\x1b[31m"), Error,
                       MessageMatches(ContainsSubstring(
                           "is not allowed in a deb: byte 2 is the control byte \\x1b")));
}

TEST_CASE("control reader: a file as kpb writes it", "[deb]") {
  const ControlFile control(
      "Package: p\nVersion: 1-1\nDepends: a, b (= 1) | c\nKpatch-Functions:\n vmlinux:a:1\n"
      "Description: s\n one\n .\n   two\n");
  CHECK(control.fields().size() == 5);
  CHECK(control.line("package") == "p");
  CHECK(control.line("Kpatch-Functions").empty());
  CHECK(control.lines("Kpatch-Functions") == " vmlinux:a:1");
  CHECK(text_of_control_lines(control.lines("Description")) == "one\n\n  two");
  CHECK_FALSE(control.has("Essential"));
  CHECK(control.line("Essential").empty());
}

TEST_CASE("control reader: what some program takes for something else is refused", "[deb]") {
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"", "does not end with its last line"},
      {"Package: p", "does not end with its last line"},
      {"Package: p\n\nPackage: q\n", "line 2"},
      {"Package: p\n \nPackage: q\n", "line 2"},
      {" x\nPackage: p\n", "line 1"},
      {"Package p\n", "line 1"},
      {"# a comment\nPackage: p\n", "line 1"},
      {"Pack age: p\n", "line 1"},
      {": p\n", "line 1"},
      {"-x: p\n", "line 1"},
      {"Package: p\npackage: q\n", "line 2"},
      {"Package: p\r\n", "line 1"},
      {"Package: p\x1b\n", "cannot be read"},
      {"Package: \xff\n", "cannot be read"},
  }));
  CAPTURE(text);
  CHECK_THROWS_MATCHES(ControlFile(text), Damage, MessageMatches(ContainsSubstring(reason)));
}

TEST_CASE("control reader: relations, with alternatives and over several lines", "[deb]") {
  const auto found =
      relations_of(ControlFile("Depends: a, b (>= 1:2-3), c (= 1) | d\nConflicts:\n e,\n f (<< 2)\n"
                               "Pre-Depends: g:any\n"));
  const std::vector<Relation> wanted = {
      {"requires", "a", "", ""},           {"requires", "b", ">=", "1:2-3"},
      {"requires", "c (= 1) | d", "", ""}, {"pre-depends", "g:any", "", ""},
      {"conflicts", "e", "", ""},          {"conflicts", "f", "<<", "2"}};
  CHECK(found == wanted);
}

TEST_CASE("control reader: relations that are none", "[deb]") {
  for (const char* value :
       {"", "a,", "a, , b", "a b", "a (1)", "a (= )", "a (= 1", "a (= 1) x", "(= 1)", "a (= 1 2)"})
    CHECK_THROWS_AS(relations_of(ControlFile("Depends: " + std::string(value) + "\n")), Damage);
}
