// SPDX-License-Identifier: GPL-2.0-only
//
// --sign-later in memory: what it leaves, that this appears completely or not at all whatever call
// fails, and that only what the same request left is continued.
#include "core/base/sha256.hpp"
#include "core/pipeline/build.hpp"
#include "memory_world.hpp"
#include "signature_trailer.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;
using kpb_test::trailer;
using kpb_test::World;

namespace {

const std::string k_bytes = "\177ELF and so on";
const std::string k_path = "/cwd/waiting/kpatch-x-1-1.ko";

Document request_document() {
  Document d;
  d.put_text("/request/kind", "source", "kpb");
  d.put_text("/request/builder", "kbuild", "auto");
  d.put_boolean("/request/replace", true, "default");
  d.put_integer("/request/jobs", 2, "command line");
  d.put_text("/kernel/release", "6.1.0-56-amd64", "command line");
  d.put_text("/inputs/0/name", "x.c", "inputs");
  d.put_text("/inputs/0/sha256", sha256_hex("int x;"), "inputs");
  d.put_text("/package/name", "kpatch-module-x", "policy");
  d.put_text("/package/version", "1", "default");
  d.put_text("/package/release", "1", "default");
  d.put_text("/modules/0/file", "kpatch-x-1-1.ko", "policy");
  d.put_text("/modules/0/name", "kpatch_x_1_1", "kpb");
  return d;
}

struct Run {
  Run() {
    request.arguments = {"x.c"};
    request.backends = {"rpm-build"};
    request.signing.later = "waiting";
    world.files.directory("waiting");
  }
  bool plan(const Document& d = request_document()) {
    build.emplace(request, world.context);
    Variant variant;
    variant.document = d;
    build->document = d;
    build->variants.push_back(std::move(variant));
    return plan_signing(*build);
  }
  Variant& variant() { return build->variants[0]; }
  bool leave() {
    if (!plan())
      return false;
    build->module_content = k_bytes;
    variant().document.put_text("/modules/0/sha256", sha256_hex(k_bytes), "builder kbuild");
    variant().document.put_text("/build/module", "build/x.ko", "builder kbuild");
    variant().document.put_boolean("/build/replace", true, "builder kbuild");
    variant().document.put_text("/build/tools/0/name", "gcc", "builder kbuild");
    return leave_waiting(*build, variant());
  }
  // The later run, which begins with what the first one left.
  Run& goes_on(const std::string& signed_content = k_bytes + trailer()) {
    REQUIRE(leave());
    request.signing.signed_file = "s.ko";
    world.files.file("s.ko", signed_content);
    return *this;
  }

  World world;
  BuildRequest request;
  std::optional<Build> build;
};

} // namespace

TEST_CASE("sign later: the module and what it is", "[sign]") {
  Run run;
  REQUIRE(run.leave());
  CHECK(run.world.sink.all().empty());
  CHECK(run.build->signing.left == "waiting/kpatch-x-1-1.ko");
  CHECK(run.world.files.names("/cwd/waiting") ==
        std::vector<std::string>{"kpatch-x-1-1.ko", "kpatch-x-1-1.ko.json"});
  CHECK(run.world.files.nodes[k_path].content == k_bytes);
  const auto d = Document::parse(run.world.files.nodes[k_path + ".json"].content, "",
                                 run.world.sink, "kpb.awaiting/1");
  REQUIRE(d);
  CHECK(d->text("/module/sha256") == sha256_hex(k_bytes));
  CHECK(d->text("/module/file") == "kpatch-x-1-1.ko");
  CHECK(d->text("/module/name") == "kpatch_x_1_1");
  CHECK(d->text("/kernel") == "6.1.0-56-amd64");
  CHECK(d->text("/request_digest").size() == 64);
  CHECK_FALSE(d->has("/build/module"));
}

TEST_CASE("sign later: it is taken up instead of built", "[sign]") {
  Run run;
  run.goes_on();
  REQUIRE(run.plan());
  REQUIRE(run.build->signing.waiting);
  REQUIRE(take_waiting(*run.build, run.variant()));
  CHECK(run.build->module_content == k_bytes);
  const Document& d = run.variant().document;
  CHECK(d.text("/modules/0/sha256") == sha256_hex(k_bytes));
  CHECK(d.provenance("/modules/0/sha256") == "builder kbuild");
  CHECK(d.boolean("/modules/0/replace") == true);
  CHECK(d.text("/build/tools/0/name") == "gcc");
  CHECK_FALSE(d.has("/build/module"));
  REQUIRE(sign_module(*run.build));
  CHECK(run.build->module_content == k_bytes + trailer());
  CHECK(d.text("/modules/0/signed_by/form") == "given");
  CHECK_FALSE(d.has("/modules/0/signed_by/program"));
}

TEST_CASE("sign later: every field that a module follows from counts", "[sign]") {
  const auto changed = [](const char* path, const char* value) {
    Run run;
    run.goes_on();
    Document d = request_document();
    d.put_text(path, value, "");
    const bool good = run.plan(d);
    if (!good) {
      CHECK(run.world.code() == "sign-later-differs");
      CHECK(run.world.error()->fault == Fault::input);
      CHECK(run.world.error()->why.find(path) == 0);
    }
    return !good;
  };
  for (const char* path :
       {"/request/kind", "/request/builder", "/request/replace", "/request/source",
        "/request/functions/0/name", "/request/something-new", "/kernel/release", "/inputs/0/name",
        "/inputs/0/sha256", "/inputs/1/sha256", "/package/name", "/package/version",
        "/package/release", "/package/epoch", "/modules/0/name", "/settings/payload"}) {
    CAPTURE(path);
    CHECK(changed(path, "other"));
  }
  for (const char* path : {"/request/jobs", "/request/formats/0", "/package/cves/0",
                           "/request/style", "/package/summary", "/inputs/0/stored"}) {
    CAPTURE(path);
    CHECK_FALSE(changed(path, "other"));
  }
  // Something that existed then and does not now.
  Run run;
  run.goes_on();
  Document d = request_document();
  d.remove("/package/release");
  CHECK_FALSE(run.plan(d));
  CHECK(run.world.error()->why == "/package/release is missing now; before, it was '1'");
}

TEST_CASE("sign later: what lies there was tampered with", "[sign]") {
  Run module;
  module.goes_on();
  module.world.files.nodes[k_path].content += "x";
  REQUIRE(module.plan());
  CHECK_FALSE(take_waiting(*module.build, module.variant()));
  CHECK(module.world.code() == "sign-later-changed");
  CHECK(module.build->module_content.empty());
  Run gone;
  gone.goes_on();
  gone.world.files.nodes.erase(k_path);
  REQUIRE(gone.plan());
  CHECK_FALSE(take_waiting(*gone.build, gone.variant()));
  CHECK(gone.world.code() == "input-unreadable");
  Run nothing;
  nothing.goes_on();
  nothing.world.files.nodes.erase(k_path + ".json");
  CHECK_FALSE(nothing.plan());
  CHECK(nothing.world.code() == "sign-later-nothing");
  for (const char* text : {"", "{", "{}", R"({"schema": "kpb.package/1"})"}) {
    Run json;
    json.goes_on();
    json.world.files.nodes[k_path + ".json"].content = text;
    CHECK_FALSE(json.plan());
    CHECK(json.world.code() == "sign-later-unreadable");
  }
  // Only the digest of the request decides; the words beside it are for messages.
  Run forged;
  forged.goes_on();
  forged.world.files.nodes[k_path + ".json"].content = R"({"schema": "kpb.awaiting/1"})";
  CHECK_FALSE(forged.plan());
  CHECK(forged.world.code() == "sign-later-differs");
}

TEST_CASE("sign later: the directory is the user's own", "[sign]") {
  Run open;
  open.world.files.directory("waiting", 0777);
  CHECK_FALSE(open.plan());
  CHECK(open.world.code() == "sign-later-unsafe");
  Run group;
  group.goes_on();
  group.world.files.directory("waiting", 0775);
  CHECK_FALSE(group.plan());
  CHECK(group.world.code() == "sign-later-unsafe");
  for (const char* path : {"missing", "file"}) {
    Run run;
    run.world.files.file("file", "");
    run.request.signing.later = path;
    CHECK_FALSE(run.plan());
    CHECK(run.world.code() == "sign-later-directory");
    CHECK(run.world.error()->fault == Fault::input);
  }
}

TEST_CASE("sign later: another request's module is not written over", "[sign]") {
  Run run;
  REQUIRE(run.leave());
  REQUIRE(run.leave()); // the same again: built once more
  Document d = request_document();
  d.put_text("/kernel/release", "6.1.0-57-amd64", "command line");
  CHECK_FALSE(run.plan(d));
  CHECK(run.world.code() == "sign-later-taken");
  CHECK(run.world.error()->why ==
        "/kernel/release is '6.1.0-57-amd64' now and was '6.1.0-56-amd64'");
}

TEST_CASE("sign later: after a failure of any call there is no half of a file", "[sign]") {
  size_t total = 0;
  {
    Run run;
    REQUIRE(run.leave());
    total = run.world.files.calls.size();
  }
  size_t failed = 0;
  for (size_t at = 1; at <= total; ++at) {
    Run run;
    run.world.files.fail_at = at;
    run.world.files.fail_errno = ENOSPC;
    const bool good = run.leave();
    failed += good ? 0 : 1;
    CAPTURE(at);
    CHECK((good || !run.world.sink.all().empty()));
    const auto& nodes = run.world.files.nodes;
    for (const auto& name : run.world.files.names("/cwd/waiting"))
      CHECK(name[0] != '.');
    if (nodes.count(k_path) != 0)
      CHECK(nodes.at(k_path).content == k_bytes);
    // A description never exists without its module.
    CHECK((nodes.count(k_path + ".json") == 0 || nodes.count(k_path) != 0));
  }
  CHECK(failed >= 5);
}

TEST_CASE("sign later: an interrupt leaves nothing", "[sign]") {
  Run run;
  REQUIRE(run.plan());
  run.build->module_content = k_bytes;
  run.world.interrupts.number = 2;
  CHECK_FALSE(leave_waiting(*run.build, run.variant()));
  CHECK(run.world.files.names("/cwd/waiting").empty());
  CHECK(run.world.sink.all().empty());
  CHECK(run.build->signing.left.empty());
}
