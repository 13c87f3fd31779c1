// SPDX-License-Identifier: GPL-2.0-only
//
// The exact text of a diagnostic (docs/cli.md promises it to scripts), and which of several decides
// the exit status.
#include "core/diag/message_text.hpp"

#include "core/base/limits.hpp"
#include <kpb/sdk/text.hpp>

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
        "kpb: error: a\\x1b]0;x\\x07: two\n  lines\tand \\x1b[2J; \\xe2\\x80\\xae\\xff\\x0d\n"
        "hint: \\x9b\\x7f\n");
}

TEST_CASE("diagnostics: no part of one looks like another", "[diagnostic]") {
  const std::string forged = "x\nkpb: error: forged\nhint: forged\n";
  for (std::string Diagnostic::*field :
       {&Diagnostic::where, &Diagnostic::what, &Diagnostic::why, &Diagnostic::hint}) {
    Diagnostic d = example();
    d.*field = forged;
    const std::string text = format_diagnostic(d, "kpb", false);
    size_t lines = 0;
    size_t begun = 0;
    std::string_view rest = text;
    for (std::string_view line; next_line(rest, line); ++lines)
      begun += line.starts_with("kpb: ") || line.starts_with("hint: ") ? 1U : 0U;
    CHECK(begun == 2);
    CHECK(lines >= begun);
  }
  // A place is one line: the message begins behind it.
  Diagnostic d;
  d.where = forged;
  d.what = "it broke";
  CHECK(format_diagnostic(d, "kpb", false) ==
        "kpb: error: x\\x0akpb: error: forged\\x0ahint: forged\\x0a: it broke\n");
}

TEST_CASE("diagnostics: a part that is too long is cut, and says so", "[diagnostic]") {
  Diagnostic d;
  d.where = std::string(100000, 'p');
  d.what = std::string(k_longest_message - 1, 'x') + "\xc3\xa4" + "y"; // not within the character
  d.why = std::string(100000, 'y');
  d.hint = std::string(100000, 'h');
  const std::string text = format_diagnostic(d, "kpb", false);
  CHECK(text.size() < k_longest_place + 2 * k_longest_message + k_longest_hint + 200);
  CHECK(text.find("x... (3 more bytes); yyy") != std::string::npos);
  CHECK(text.find("p... (95800 more bytes): xxx") != std::string::npos);
  CHECK(text.find("h... (97952 more bytes)\n") != std::string::npos);
  CHECK(message_of(d).size() < text.size());
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
