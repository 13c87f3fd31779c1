// SPDX-License-Identifier: GPL-2.0-only
//
// The template engine: what it renders, and that whatever mustache would silently omit, or rpm
// would execute, is an error with line and column.
#include "core/template/engine.hpp"
#include "memory_filesystem.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;

namespace {

Document values() {
  Document d;
  d.put_text("/name", "livepatch", "");
  d.put_text("/html", "<a href=\"x\">&'</a>", "");
  d.put_text("/tag", "{{name}} <%name%>", "");
  d.put_integer("/number", -7, "");
  d.put_boolean("/yes", true, "");
  d.put_boolean("/no", false, "");
  d.put_array("/none", "");
  d.put_text("/files/0/path", "/a", "");
  d.put_text("/files/0/name", "inner", "");
  d.put_text("/files/1/path", "/b", "");
  d.put_text("/words/-", "x", "");
  d.put_text("/words/-", "y", "");
  d.put_text("/deep/er/est", "bottom", "");
  return d;
}

std::string render(const std::string& text) {
  CollectingSink sink;
  const auto out = render_template(text, values(), "t.spec", sink);
  INFO((sink.first_error() ? sink.first_error()->where + sink.first_error()->what : ""));
  REQUIRE(out);
  CHECK(sink.all().empty());
  return *out;
}

// Refused with one error: its place, then its text.
std::string refusal(const std::string& text) {
  CollectingSink sink;
  CAPTURE(text);
  CHECK_FALSE(render_template(text, values(), "t.spec", sink));
  REQUIRE(sink.all().size() == 1);
  const Diagnostic& error = sink.all()[0];
  CHECK(error.fault == Fault::input);
  CHECK(error.code == "template");
  return error.where + ": " + error.what + "; " + error.why + " hint: " + error.hint;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("templates: what is rendered", "[template]") {
  const auto [text, out] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"no tag at all\n", "no tag at all\n"},
      {"Name: <%name%>", "Name: livepatch"},
      {"Name: <% name %>", "Name: livepatch"},
      {"<%number%>", "-7"},
      // Nothing is escaped and nothing is rendered twice.
      {"<%html%>", "<a href=\"x\">&'</a>"},
      {"<%&html%>", "<a href=\"x\">&'</a>"},
      {"<%tag%>", "{{name}} <%name%>"},
      // The braces of RPM and of the shell are text.
      {"%{name} {{name}} ${x} %(id)", "%{name} {{name}} ${x} %(id)"},
      {"<%deep.er.est%>", "bottom"},
      // Sections: lists, objects, booleans, text.
      {"<%#files%><%path%>;<%/files%>", "/a;/b;"},
      {"<%#files%><%name%>;<%/files%>", "inner;livepatch;"},
      {"<%#words%><%.%>,<%/words%>", "x,y,"},
      {"<%#deep%><%#er%><%est%><%/er%><%/deep%>", "bottom"},
      {"a<%#yes%>b<%/yes%>c", "abc"},
      {"a<%#no%>b<%/no%>c", "ac"},
      {"a<%#none%>b<%/none%>c", "ac"},
      {"a<%^no%>b<%/no%><%^none%>c<%/none%><%^yes%>d<%/yes%>", "abc"},
      {"<%#name%>[<%name%>]<%/name%>", "[livepatch]"},
      {"a<%! a comment, with %(id) %>b", "ab"},
      // A line with only a section tag disappears completely.
      {"a\n<%#yes%>\nb\n<%/yes%>\nc\n", "a\nb\nc\n"},
      // A doubled percent sign, and a section tag right after text.
      {"100%% <%name%>", "100%% livepatch"},
      {"100%%<%name%>", "100%%livepatch"},
      {"%dir <%name%>", "%dir livepatch"},
      {"%doc<%#yes%> x<%/yes%>", "%doc x"},
  }));
  CAPTURE(text);
  CHECK(render(text) == out);
}

TEST_CASE("templates: a name without a value is an error with its place", "[template]") {
  CHECK(refusal("ok\n  <%nme%>\n") ==
        "t.spec:2:3: the template uses 'nme', which has no value; a missing value would silently "
        "become empty hint: did you mean name?");
  CHECK(contains(refusal("<%zzzzzz%>"), "known names: deep, er, est, files, html"));
  for (const char* text : {"<%&nme%>", "<%#nme%>x<%/nme%>", "<%^nme%>x<%/nme%>", "<%deep.nme%>",
                           "<%#files%><%nme%><%/files%>", "<%{nme}%>"}) {
    const std::string error = refusal(text);
    CAPTURE(text, error);
    CHECK(contains(error, "nme"));
    CHECK(contains(error, "t.spec:1:"));
  }
  // What is not rendered cannot be missing.
  CHECK(render("<%#no%><%nme%><%/no%>") == "");
}

TEST_CASE("templates: every missing name is told, in one run", "[template]") {
  CollectingSink sink;
  CHECK_FALSE(render_template("<%one_x%>\n<%two_x%>\n<%one_x%>", values(), "t.spec", sink));
  REQUIRE(sink.all().size() == 2);
  CHECK(sink.all()[0].where == "t.spec:1:1");
  CHECK(sink.all()[1].where == "t.spec:2:1");
}

TEST_CASE("templates: what does not parse is an error with its place", "[template]") {
  const auto [text, where] = GENERATE(table<std::string, std::string>({
      {"a\n<%#yes%>b", "t.spec:2:1"},
      {"a\n\nb <%/yes%>", "t.spec:3:3"},
      {"<%#yes%><%#no%><%/yes%><%/no%>", "t.spec:1:"},
      {"a\n b <%name", "t.spec:2:4"},
  }));
  const std::string error = refusal(text);
  CAPTURE(text, error);
  CHECK(contains(error, where));
  CHECK(contains(error, "does not parse"));
}

TEST_CASE("templates: a value never lands behind a percent sign", "[template]") {
  const auto [text, where] = GENERATE(table<std::string, std::string>({
      {"%<%name%>", "t.spec:1:2"},
      {"a\nb%<%name%>", "t.spec:2:3"},
      {"%%%<%name%>", "t.spec:1:4"},
      {"%{<%name%>}", "t.spec:1:3"},
      {"%(<%name%>)", "t.spec:1:3"},
      {"%<%&name%>", "t.spec:1:2"},
      {"%<% name %>", "t.spec:1:2"},
      {"%<%#yes%><%name%><%/yes%>", "t.spec:1:10"},
      {"%<%! nothing %><%name%>", "t.spec:1:16"},
  }));
  const std::string error = refusal(text);
  CHECK(contains(error, where + ": a value follows a '%'"));
}

TEST_CASE("templates: partials and other delimiters are refused", "[template]") {
  CHECK(contains(refusal("a <%>name%>"), "t.spec:1:3: partials are not supported"));
  CHECK(contains(refusal("<% > name%>"), "partials"));
  CHECK(contains(refusal("\n<%=[[ ]]=%>%[[name]]"), "t.spec:2:1: the delimiters stay <% and %>"));
}

TEST_CASE("templates: found by name, a site's directory first", "[template]") {
  kpb_test::MemoryFileSystem files;
  files.file("/site/rpm/package.spec", "site <%name%>");
  files.file("/usr/rpm/package.spec", "usr <%name%>");
  files.file("/usr/rpm/other", "usr other");
  files.directory("/site/rpm/directory");
  const TemplateEngine engine(files, {"/site", "/usr"});
  CollectingSink sink;
  CHECK(engine.render("rpm/package.spec", values(), sink) == "site livepatch");
  CHECK(engine.render("rpm/other", values(), sink) == "usr other");
  CHECK(sink.all().empty());
  CHECK_FALSE(engine.render("rpm/none", values(), sink));
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all()[0].fault == Fault::environment);
  CHECK(sink.all()[0].why == "looked in /site, /usr");
  // If a file exists but cannot be read, the next directory is not used instead.
  files.fail_at = files.calls.size() + 1;
  CHECK_FALSE(engine.render("rpm/package.spec", values(), sink));
  CHECK(sink.all().back().code == "template-read");
  CHECK_FALSE(engine.render("rpm/directory", values(), sink));
  CHECK(sink.all().back().where == "/site/rpm/directory");
  const size_t calls = files.calls.size();
  for (const char* name : {"", "/etc/passwd", "../x", "rpm/../../x", "a b", "rpm/"}) {
    CHECK_FALSE(engine.render(name, values(), sink));
    CHECK(sink.all().back().code == "template-name");
    CHECK(sink.all().back().fault == Fault::plugin);
  }
  CHECK(files.calls.size() == calls);
}

TEST_CASE("templates: one that others can write to is refused", "[template]") {
  kpb_test::MemoryFileSystem files;
  files.file("/site/t", "site").mode = 0666;
  files.file("/usr/t", "usr");
  CollectingSink sink;
  CHECK_FALSE(TemplateEngine(files, {"/site", "/usr"}).render("t", values(), sink));
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all()[0].code == "template-unsafe");
  CHECK(sink.all()[0].where == "/site/t");
}

TEST_CASE("templates: what is no text is refused at its place", "[template]") {
  CHECK(contains(refusal("<%name%>\n# caf\xe9\n"), "t.spec:2:6: the template is not UTF-8"));
  CHECK(contains(refusal("caf\xc3"), "t.spec:1:4: the template is not UTF-8"));
}

TEST_CASE("templates: an empty one is named", "[template]") {
  for (const char* text : {"", " ", "\n\n\t"}) {
    kpb_test::MemoryFileSystem files;
    files.file("/site/t", text);
    CollectingSink sink;
    CHECK_FALSE(TemplateEngine(files, {"/site"}).render("t", values(), sink));
    REQUIRE(sink.all().size() == 1);
    CHECK(sink.all()[0].where == "/site/t");
    CHECK(sink.all()[0].what == "the template is empty");
  }
}

TEST_CASE("templates: the message names the template's own path", "[template]") {
  kpb_test::MemoryFileSystem files;
  files.file("/site/t", "x\n<%nme%>");
  CollectingSink sink;
  CHECK_FALSE(TemplateEngine(files, {"/site"}).render("t", values(), sink));
  CHECK(sink.all()[0].where == "/site/t:2:1");
}
