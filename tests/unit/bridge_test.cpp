// SPDX-License-Identifier: GPL-2.0-only
//
// Tests what a plugin holds during a call: the view of a document, and the sink, each of whose
// rules is broken here once. The plugins of tests/plugin_abi/zoo break them from the other side.
#include "core/plugin/bridge.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;

namespace {

kpb_value text_value(std::string_view text) { return {KPB_KIND_TEXT, 0, 0, abi_str(text)}; }

// A sink like that of a policy's describe(), called as a plugin calls it.
struct Rig {
  explicit Rig(bool free_text = false, bool files = false) {
    rules.setter = "policy p";
    rules.plugin = "plugin /p.so (org.example.p 1.0)";
    rules.origin = "org.example.p";
    rules.writer = by_describe;
    rules.free_text = free_text;
    if (files)
      rules.on_file = [this](std::string_view name, std::string_view content) {
        taken += std::string(name) + "=" + std::string(content) + ";";
        return name != "refused";
      };
    sink.emplace(document, rules, heard);
  }
  kpb_status put(std::string_view path, const kpb_value& value) {
    return sink->abi()->put(sink->abi()->ctx, abi_str(path), &value);
  }
  kpb_status put(std::string_view path, std::string_view text) {
    return put(path, text_value(text));
  }
  kpb_status file(std::string_view name, std::string_view content) {
    return sink->abi()->file(sink->abi()->ctx, abi_str(name), abi_str(content));
  }
  void say(uint32_t severity, uint32_t fault, std::string_view what, std::string_view where = {}) {
    const kpb_diagnostic d{severity,      fault,          abi_str("code"), abi_str(where),
                           abi_str(what), abi_str("why"), abi_str("hint")};
    sink->abi()->diagnostic(sink->abi()->ctx, &d);
  }
  // The text of the only breach, after which nothing was written.
  std::string breach() {
    CHECK_FALSE(sink->clean());
    CHECK(document.dump(false) == "{}\n");
    REQUIRE(heard.all().size() == 1);
    const Diagnostic& d = heard.all()[0];
    CHECK(d.fault == Fault::plugin);
    CHECK(d.code == "plugin-contract");
    CHECK(d.where == rules.plugin);
    CHECK_FALSE(sink->judge(KPB_OK, "describe"));
    CHECK(heard.all().size() == 1); // reported once
    return d.what + "; " + d.why;
  }

  Document document;
  CollectingSink heard;
  SinkRules rules;
  std::optional<PluginSink> sink;
  std::string taken;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("bridge: a document is read by path", "[bridge]") {
  Document d;
  d.put_text("/t", "text", "");
  d.put_integer("/i", -3, "");
  d.put_boolean("/b", true, "");
  d.put_null("/n", "");
  d.put_text("/a/-", "x", "");
  const DocumentView view(d);
  const auto get = [&](std::string_view path) {
    kpb_value value{99, 99, 99, {nullptr, 99}};
    CHECK(view.abi()->get(view.abi()->ctx, abi_str(path), &value) == KPB_OK);
    CHECK(value.reserved == 0);
    return value;
  };
  CHECK(get("/t").kind == KPB_KIND_TEXT);
  CHECK(view_of(get("/t").text) == "text");
  CHECK(get("/i").integer == -3);
  CHECK(get("/b").kind == KPB_KIND_BOOLEAN);
  CHECK(get("/b").integer == 1);
  CHECK(get("/n").kind == KPB_KIND_NULL);
  CHECK(get("/a").kind == KPB_KIND_ARRAY);
  CHECK(get("/a").integer == 1);
  CHECK(get("").kind == KPB_KIND_OBJECT);
  CHECK(get("").integer == 5);
  for (const char* path : {"/x", "t", "//", "/a/1", "/a/-", "/t/x", "/~"})
    CHECK(get(path).kind == KPB_KIND_ABSENT);
  kpb_value unset{};
  CHECK(view.abi()->get(view.abi()->ctx, {nullptr, 0}, &unset) == KPB_OK); // the root
  CHECK(view.abi()->get(view.abi()->ctx, abi_str("/t"), nullptr) == KPB_FAILED);
  kpb_str key{nullptr, 0};
  CHECK(view.abi()->key(view.abi()->ctx, abi_str(""), 1, &key) == KPB_OK);
  CHECK(view_of(key) == "i");
  CHECK(view.abi()->key(view.abi()->ctx, abi_str(""), 5, &key) == KPB_OK);
  CHECK(key.size == 0);
  CHECK(view.abi()->key(view.abi()->ctx, abi_str(""), 0, nullptr) == KPB_FAILED);
}

TEST_CASE("bridge: what may be written is written, with the setter", "[bridge]") {
  Rig rig;
  CHECK(rig.put("/package/summary", "s \xc3\xbc\n") == KPB_OK);
  CHECK(rig.put("/files/-/path", "/a") == KPB_OK);
  CHECK(rig.put("/files/0/content", {KPB_KIND_TEXT, 0, 0, {nullptr, 9}}) == KPB_OK);
  CHECK(rig.put("/x/com.example/size", {KPB_KIND_INTEGER, 0, 5, {nullptr, 0}}) == KPB_OK);
  CHECK(rig.put("/x/com.example/flag", {KPB_KIND_BOOLEAN, 0, 7, {nullptr, 0}}) == KPB_OK);
  CHECK(rig.put("/x/com.example/none", {KPB_KIND_NULL, 0, 0, {nullptr, 0}}) == KPB_OK);
  size_t index = 99;
  CHECK(rig.sink->abi()->append(rig.sink->abi()->ctx, abi_str("/files"), &index) == KPB_OK);
  CHECK(index == 1);
  CHECK(rig.sink->abi()->remove(rig.sink->abi()->ctx, abi_str("/files/1")) == KPB_OK);
  CHECK(rig.sink->abi()->remove(rig.sink->abi()->ctx, abi_str("/files/7")) == KPB_OK);
  CHECK(rig.document.text("/package/summary") == "s \xc3\xbc\n");
  CHECK(rig.document.integer("/x/com.example/size") == 5);
  CHECK(rig.document.boolean("/x/com.example/flag") == true);
  CHECK(rig.document.kind("/x/com.example/none") == Document::Kind::null);
  CHECK(rig.document.text_view("/files/0/content") == "");
  CHECK(rig.document.size("/files") == 1);
  CHECK(rig.document.provenance("/files/0/path") == "policy p");
  CHECK(rig.sink->clean());
  CHECK(rig.sink->judge(KPB_OK, "describe"));
  CHECK(rig.heard.all().empty());
}

TEST_CASE("bridge: paths outside what the call may write", "[bridge]") {
  const char* path = GENERATE("/package/name", "/package", "/kernel/release", "/files/0/size",
                              "/modules/0/file", "/x", "/request", "/nothing/like/it", "/x/ticket");
  CAPTURE(path);
  size_t index = 0;
  Rig put;
  CHECK(put.put(path, "x") == KPB_FAILED);
  const std::string words = put.breach();
  CHECK(contains(words, "wrote to "));
  CHECK(contains(
      words, "it may write below /package/summary, /package/description, "
             "/package/license, /package/group, /package/url, /files, /relations, /x/REVERSE.DNS"));
  Rig append;
  CHECK(append.sink->abi()->append(append.sink->abi()->ctx, abi_str(path), &index) == KPB_FAILED);
  CHECK(contains(append.breach(), "appended to "));
  Rig remove;
  CHECK(remove.sink->abi()->remove(remove.sink->abi()->ctx, abi_str(path)) == KPB_FAILED);
  CHECK(contains(remove.breach(), "removed "));
}

TEST_CASE("bridge: malformed paths below what it may write", "[bridge]") {
  const std::string path =
      GENERATE(as<std::string>{}, "", "/", "files", "/files/", "/files//path", "/files/3/path",
               "/files/~x", "/files/a\nb", "/files/\xff", "/files/\x1b[2J", "/package/summary/",
               "/x/com.example/~2", "/x/com.example//a", "/x/com.example/" + std::string(600, 'x'));
  Rig rig;
  CHECK(rig.put(path, "x") == KPB_FAILED);
  CHECK(contains(rig.breach(), "the path is malformed"));
}

TEST_CASE("bridge: a slip of the fingers is told what was meant", "[bridge]") {
  const auto [path, meant] =
      GENERATE(table<const char*, const char*>({{"/relations/0/opperator", "/relations/0/operator"},
                                                {"/relations/-/verison", "/relations/-/version"},
                                                {"/relation/0/kind", "/relations/0/kind"},
                                                {"/package/licence", "/package/license"},
                                                {"/summary", "/package/summary"},
                                                {"/package/path", "/files/N/path"}}));
  CAPTURE(path);
  Rig rig;
  CHECK(rig.put(path, "x") == KPB_FAILED);
  CHECK(contains(rig.breach(), std::string("there is no such field; did you mean ") + meant + "?"));
}

TEST_CASE("bridge: the kind of a value is the field's", "[bridge]") {
  Rig number;
  CHECK(number.put("/package/summary", {KPB_KIND_INTEGER, 0, 5, {nullptr, 0}}) == KPB_FAILED);
  CHECK(contains(number.breach(), "wrote an integer to '/package/summary'; it is text"));
  Rig list;
  CHECK(list.put("/relations", "x") == KPB_FAILED);
  CHECK(contains(list.breach(), "wrote text to '/relations'; it is a list"));
  size_t index = 0;
  Rig append;
  CHECK(append.sink->abi()->append(append.sink->abi()->ctx, abi_str("/package/summary"), &index) ==
        KPB_FAILED);
  CHECK(contains(append.breach(), "appended an object to '/package/summary'; it is text"));
  Rig texts;
  texts.rules.writer = by_sources;
  texts.sink.emplace(texts.document, texts.rules, texts.heard);
  CHECK(texts.sink->abi()->append(texts.sink->abi()->ctx, abi_str("/source/steps"), &index) ==
        KPB_FAILED);
  CHECK(contains(texts.breach(), "its entries are text: put() to /source/steps/- adds one"));
}

TEST_CASE("bridge: a call without results writes nothing", "[bridge]") {
  Rig rig;
  rig.rules.writer.reset();
  rig.sink.emplace(rig.document, rig.rules, rig.heard);
  CHECK(rig.put("/package/summary", "x") == KPB_FAILED);
  CHECK(contains(rig.breach(), "this call writes nothing"));
}

TEST_CASE("bridge: text that is none", "[bridge]") {
  using namespace std::string_literals;
  const std::string text =
      GENERATE("a\x1b[2J"s, "a\xff"s, "a\0b"s, "\xe2\x80\xae"s, "\x7f"s, "\xed\xa0\x80"s);
  Rig rig;
  CHECK(rig.put("/package/summary", text) == KPB_FAILED);
  CHECK(contains(rig.breach(), "is no printable UTF-8 text"));
  // The description of a foreign artifact may contain anything: it is shown, but never used.
  Rig facts(/*free_text=*/true);
  CHECK(facts.put("/package/summary", text) == KPB_OK);
  CHECK(facts.sink->clean());
}

TEST_CASE("bridge: sizes", "[bridge]") {
  const std::string limit(1024 * 1024, 'x');
  Rig fits;
  CHECK(fits.put("/package/summary", limit) == KPB_OK);
  for (const bool free_text : {false, true}) {
    Rig rig(free_text);
    CHECK(rig.put("/package/summary", limit + "x") == KPB_FAILED);
    CHECK(contains(rig.breach(), "wrote 1048577 bytes to '/package/summary'; the limit is 1 MiB"));
  }
}

TEST_CASE("bridge: kinds of value", "[bridge]") {
  const uint32_t kind = GENERATE(KPB_KIND_ABSENT, KPB_KIND_ARRAY, KPB_KIND_OBJECT, 7U, 0xffffffffU);
  Rig rig;
  CHECK(rig.put("/files", {kind, 0, 0, {nullptr, 0}}) == KPB_FAILED);
  CHECK(contains(rig.breach(), "a value of kind " + std::to_string(kind)));
  Rig null;
  CHECK(null.sink->abi()->put(null.sink->abi()->ctx, abi_str("/files"), nullptr) == KPB_FAILED);
  CHECK(contains(null.breach(), "without a value"));
  Rig no_index;
  CHECK(no_index.sink->abi()->append(no_index.sink->abi()->ctx, abi_str("/package/summary/x"),
                                     nullptr) == KPB_FAILED);
  CHECK_FALSE(no_index.sink->clean());
}

TEST_CASE("bridge: files", "[bridge]") {
  Rig none;
  CHECK(none.file("x", "content") == KPB_FAILED);
  CHECK(contains(none.breach(), "handed over the file 'x'; this call accepts no files"));
  Rig taking(false, true);
  CHECK(taking.file("x", "content") == KPB_OK);
  CHECK(taking.file("y", "") == KPB_OK);
  CHECK(taking.taken == "x=content;y=;");
  CHECK(taking.sink->judge(KPB_OK, "sources"));
  // A refused file fails the call, even if the plugin continues as if nothing had happened.
  CHECK(taking.file("refused", "") == KPB_FAILED);
  CHECK_FALSE(taking.sink->clean());
  CHECK_FALSE(taking.sink->judge(KPB_OK, "sources"));
  CHECK(taking.heard.all().empty()); // whoever refused it reports why
}

TEST_CASE("bridge: diagnostics carry their origin", "[bridge]") {
  Rig rig;
  rig.say(KPB_SEVERITY_ERROR, KPB_FAULT_TOOL, "make failed", "Kbuild:3");
  rig.say(KPB_SEVERITY_WARNING, KPB_FAULT_INPUT, "odd");
  rig.say(KPB_SEVERITY_NOTE, KPB_FAULT_ENVIRONMENT, "not me");
  rig.say(KPB_SEVERITY_ERROR, KPB_FAULT_PLUGIN, "bug", "here");
  rig.say(KPB_SEVERITY_ERROR, KPB_FAULT_PLUGIN, "bug");
  rig.say(9, 99, "unknown severity and fault");
  rig.say(KPB_SEVERITY_ERROR, 0, "no fault");
  rig.sink->abi()->diagnostic(rig.sink->abi()->ctx, nullptr);
  const auto& all = rig.heard.all();
  REQUIRE(all.size() == 7);
  for (const Diagnostic& d : all)
    CHECK(d.origin == "org.example.p");
  CHECK(all[0].fault == Fault::tool);
  CHECK(all[0].where == "Kbuild:3");
  CHECK(all[0].what + all[0].why + all[0].hint + all[0].code == "make failedwhyhintcode");
  CHECK(all[1].severity == Severity::warning);
  CHECK(all[2].severity == Severity::note);
  CHECK(all[3].where == rig.rules.plugin + ": here"); // it must be clear whose bug it is
  CHECK(all[4].where == rig.rules.plugin);
  CHECK(all[5].severity == Severity::error);
  CHECK(all[5].fault == Fault::plugin);
  CHECK(all[6].fault == Fault::plugin);
  CHECK(rig.sink->errors() == 5);
}

TEST_CASE("bridge: a call's status is judged", "[bridge]") {
  Rig good;
  good.say(KPB_SEVERITY_WARNING, KPB_FAULT_TOOL, "just so");
  CHECK(good.sink->judge(KPB_OK, "name"));
  Rig failed;
  failed.say(KPB_SEVERITY_ERROR, KPB_FAULT_INPUT, "cannot");
  CHECK_FALSE(failed.sink->judge(KPB_FAILED, "name"));
  CHECK(failed.sink->clean());
  CHECK(failed.heard.all().size() == 1);

  for (const kpb_status status : {KPB_FAILED, KPB_UNSUPPORTED, KPB_CANCELLED, -1, 77}) {
    Rig silent;
    silent.say(KPB_SEVERITY_NOTE, KPB_FAULT_INPUT, "a note is no reason");
    CHECK_FALSE(silent.sink->judge(status, "name"));
    REQUIRE(silent.heard.all().size() == 2);
    CHECK(silent.heard.all()[1].what == "name() failed without an error message");
    CHECK(silent.heard.all()[1].why == "it returned status " + std::to_string(status));
    CHECK(silent.heard.all()[1].fault == Fault::plugin);
  }
  Rig both;
  both.say(KPB_SEVERITY_ERROR, KPB_FAULT_INPUT, "cannot");
  CHECK_FALSE(both.sink->judge(KPB_OK, "name"));
  REQUIRE(both.heard.all().size() == 2);
  CHECK(both.heard.all()[1].what == "name() reported an error and returned success");
  CHECK_FALSE(both.sink->clean());
}
