// SPDX-License-Identifier: GPL-2.0-only
//
// The exact text of a diagnostic (docs/cli.md promises it to scripts), and which of several decides
// the exit status.
#include "core/diag/diagnostic.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

Diagnostic example() {
  Diagnostic d;
  d.code = "template";
  d.where = "a.spec:3:7";
  d.what = "the template uses 'nme', which has no value";
  d.why = "a missing value would silently become empty";
  d.hint = "did you mean name?";
  return d;
}

} // namespace

TEST_CASE("diagnostics: the two lines", "[diagnostic]") {
  CHECK(
      format_diagnostic(example(), "kpb", false) ==
      "kpb: error: a.spec:3:7: the template uses 'nme', which has no value; a missing value would "
      "silently become empty\nhint: did you mean name?\n");
}

TEST_CASE("diagnostics: what is not there leaves no trace", "[diagnostic]") {
  Diagnostic d;
  d.what = "it broke";
  CHECK(format_diagnostic(d, "kpatch-package-builder", false) ==
        "kpatch-package-builder: error: it broke\n");
  d.where = "x";
  d.severity = Severity::warning;
  CHECK(format_diagnostic(d, "kpb", false) == "kpb: warning: x: it broke\n");
  d.severity = Severity::note;
  d.where.clear();
  d.why = "so";
  CHECK(format_diagnostic(d, "kpb", false) == "kpb: note: it broke; so\n");
}

TEST_CASE("diagnostics: colour is around the word only", "[diagnostic]") {
  Diagnostic d = example();
  d.hint.clear();
  const std::string text = format_diagnostic(d, "kpb", true);
  CHECK(text.rfind("kpb: \033[1;31merror: \033[0ma.spec:3:7: ", 0) == 0);
  d.severity = Severity::warning;
  CHECK(format_diagnostic(d, "kpb", true).rfind("kpb: \033[1;33mwarning: \033[0m", 0) == 0);
  d.severity = Severity::note;
  CHECK(format_diagnostic(d, "kpb", true).rfind("kpb: \033[1;36mnote: \033[0m", 0) == 0);
}

TEST_CASE("diagnostics: control bytes from outside do not reach the terminal", "[diagnostic]") {
  Diagnostic d;
  d.where = "a\x1b]0;x\x07";
  d.what = "two\nlines\tand \x1b[2J";
  d.why = "\xe2\x80\xae\xff\r";
  d.hint = "\x9b\x7f";
  CHECK(format_diagnostic(d, "kpb", false) ==
        "kpb: error: a\\x1b]0;x\\x07: two\nlines\tand \\x1b[2J; \\xe2\\x80\\xae\\xff\\x0d\n"
        "hint: \\x9b\\x7f\n");
}

TEST_CASE("diagnostics: the first error decides, warnings never do", "[diagnostic]") {
  CollectingSink sink;
  CHECK(sink.first_error() == nullptr);
  warn(sink, {.code = "w", .what = "careful"});
  CHECK(sink.first_error() == nullptr);
  CHECK_FALSE(fail(sink, {.fault = Fault::verification,
                          .code = "first",
                          .where = "where",
                          .what = "what",
                          .why = "why",
                          .hint = "hint"}));
  CHECK_FALSE(fail(sink, {.fault = Fault::tool, .code = "second", .what = "what"}));
  REQUIRE(sink.first_error() != nullptr);
  CHECK(sink.first_error()->code == "first");
  CHECK(static_cast<int>(sink.first_error()->fault) == 4);
  CHECK(sink.all().size() == 3);
  CHECK(sink.all()[0].severity == Severity::warning);
  CHECK(sink.all()[1].where == "where");
  CHECK(sink.all()[1].why == "why");
  CHECK(sink.all()[1].hint == "hint");
  CHECK(sink.all()[1].origin == "kpb");
}

TEST_CASE("diagnostics: what was held back can be handed on, in order", "[diagnostic]") {
  CollectingSink held;
  warn(held, {.code = "1", .what = "a"});
  fail(held, {.fault = Fault::tool, .code = "2", .what = "b"});
  CollectingSink out;
  held.forward_to(out);
  REQUIRE(out.all().size() == 2);
  CHECK(out.all()[0].code == "1");
  CHECK(out.all()[1].code == "2");
}

TEST_CASE("diagnostics: faults are the exit statuses of docs/cli.md", "[diagnostic]") {
  CHECK(static_cast<int>(Fault::tool) == 1);
  CHECK(static_cast<int>(Fault::input) == 2);
  CHECK(static_cast<int>(Fault::plugin) == 3);
  CHECK(static_cast<int>(Fault::verification) == 4);
  CHECK(static_cast<int>(Fault::environment) == 5);
}
