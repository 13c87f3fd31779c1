// SPDX-License-Identifier: GPL-2.0-only
//
// The passes that plan and make the signature, in memory. The signer is a function, so that each of
// its possible failures is one line here.
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

// A build whose module was made by the passes before these.
struct Run {
  Run() {
    request.arguments = {"x.c"};
    request.backends = {"rpm-build"};
    request.signing.command = "/opt/sign";
    world.files.file("/opt/sign", "#!").mode = 0755;
    world.environment.variables["PATH"] = "/usr/bin";
  }
  bool plan() {
    build.emplace(request, world.context);
    Variant variant;
    auto& d = variant.document;
    d.put_text("/modules/0/file", "kpatch-x-1-1.ko", "policy");
    d.put_text("/request/kind", "source", "kpb");
    d.put_text("/request/builder", "kbuild", "kpb");
    d.put_text("/modules/0/sha256", sha256_hex(k_bytes), "builder kbuild");
    build->document = d;
    build->variants.push_back(std::move(variant));
    return check_signing_words(request.signing, world.sink) && plan_signing(*build);
  }
  bool sign() {
    if (!plan())
      return false;
    build->module_content = k_bytes;
    return sign_module(*build);
  }
  // A signer that writes this to OUT.
  Run& writes(std::string content) {
    world.processes.act = [this, content](const ProcessCommand& command) {
      world.files.file(command.arguments.back(), content);
    };
    return *this;
  }
  std::string refused() {
    CHECK_FALSE(sign());
    CHECK(world.sink.all().size() == 1);
    // Nothing of a refused result is kept.
    if (build && !build->module_content.empty())
      CHECK(build->module_content == k_bytes);
    return world.code();
  }
  const Document& document() const { return build->variants[0].document; }
  Fault fault() const { return world.error()->fault; }

  World world;
  BuildRequest request;
  std::optional<Build> build;
};

struct SignFileRun : Run {
  SignFileRun() {
    request.signing.command.reset();
    request.signing.sign_file = "/opt/sign";
    request.signing.key = "key.pem";
    request.signing.certificate = "cert.pem";
    world.files.file("key.pem", "secret").mode = 0600;
    world.files.file("cert.pem", "public");
  }
};

} // namespace

TEST_CASE("sign: nothing is asked for, nothing is done", "[sign]") {
  Run run;
  run.request.signing = {};
  CHECK(run.sign());
  CHECK(run.world.processes.commands.empty());
  CHECK(run.build->module_content == k_bytes);
  CHECK_FALSE(run.document().has("/modules/0/signed_by"));
}

TEST_CASE("sign: a command gets the module and the place for the signed one", "[sign]") {
  Run run;
  run.writes(k_bytes + trailer());
  REQUIRE(run.sign());
  CHECK(run.world.sink.all().empty());
  REQUIRE(run.world.processes.commands.size() == 1);
  const auto& command = run.world.processes.commands[0];
  CHECK(command.arguments ==
        std::vector<std::string>{"/opt/sign", "/tmp/kpb-random/sign/kpatch-x-1-1.ko",
                                 "/tmp/kpb-random/sign/kpatch-x-1-1.ko.signed"});
  CHECK(command.directory == "/tmp/kpb-random/sign");
  CHECK(run.world.files.nodes["/tmp/kpb-random/sign/kpatch-x-1-1.ko"].content == k_bytes);
  CHECK(run.build->module_content == k_bytes + trailer());
  const Document& d = run.document();
  CHECK(d.text("/modules/0/sha256") == sha256_hex(k_bytes + trailer()));
  CHECK(d.provenance("/modules/0/sha256") == "signer");
  CHECK(d.integer("/modules/0/size") == static_cast<int64_t>((k_bytes + trailer()).size()));
  CHECK(d.text("/modules/0/signed_by/form") == "command");
  CHECK(d.text("/modules/0/signed_by/program") == "sign");
  CHECK_FALSE(d.has("/modules/0/signed_by/hash"));
  CHECK(d.provenance("/modules/0/signed_by/form") == "command line");
  CHECK(run.build->tools.used().empty()); // it is never run with --version
}

TEST_CASE("sign: in the form of the kernel's sign-file", "[sign]") {
  SignFileRun run;
  run.writes(k_bytes + trailer());
  REQUIRE(run.sign());
  CHECK(run.world.sink.all().empty());
  CHECK(run.world.processes.commands[0].arguments ==
        std::vector<std::string>{"/opt/sign", "sha256", "/cwd/key.pem", "/cwd/cert.pem",
                                 "/tmp/kpb-random/sign/kpatch-x-1-1.ko",
                                 "/tmp/kpb-random/sign/kpatch-x-1-1.ko.signed"});
  CHECK(run.document().text("/modules/0/signed_by/hash") == "sha256");
  CHECK(run.document().provenance("/modules/0/signed_by/hash") == "default");
  CHECK(run.document().dump().find(".pem") == std::string::npos);

  SignFileRun token;
  token.request.signing.key = "pkcs11:token=kpb;object=key";
  token.request.signing.hash = "sha512";
  token.writes(k_bytes + trailer());
  REQUIRE(token.sign());
  CHECK(token.world.processes.commands[0].arguments[1] == "sha512");
  CHECK(token.world.processes.commands[0].arguments[2] == "pkcs11:token=kpb;object=key");
  CHECK(token.document().provenance("/modules/0/signed_by/hash") == "command line");
}

TEST_CASE("sign: whatever is no module with one signature is refused", "[sign]") {
  const std::pair<std::string, const char*> wrong[] = {
      {"", "sign-empty"},
      {k_bytes, "sign-bare"},
      {k_bytes + "x", "sign-trailer"},
      {k_bytes + "~Module signature appended~\n", "sign-trailer"},
      {k_bytes + trailer() + trailer(), "sign-twice"},
      {k_bytes.substr(0, 8) + trailer(), "sign-stripped"},
      {"\177ELG and so on" + trailer(), "sign-changed"},
      {k_bytes + " " + trailer(), "sign-changed"},
  };
  for (const auto& [content, code] : wrong) {
    CAPTURE(content);
    Run run;
    CHECK(run.writes(content).refused() == code);
    CHECK(run.fault() == Fault::tool);
    CHECK(run.world.error()->where == "signer '/opt/sign'");
    CHECK(run.world.text().find("PROGRAM IN OUT") != std::string::npos);
    CHECK_FALSE(run.document().has("/modules/0/signed_by"));
    CHECK(run.document().text("/modules/0/sha256") == sha256_hex(k_bytes));
  }
}

TEST_CASE("sign: a signer that makes no file", "[sign]") {
  Run none;
  none.world.processes.outcome.output = "token not found\n";
  CHECK(none.refused() == "sign-no-output");
  CHECK(none.world.error()->why == "it said: token not found");
  Run in_place;
  in_place.world.processes.act = [&](const ProcessCommand& command) {
    in_place.world.files.nodes[command.arguments[1]].content += trailer();
  };
  CHECK(in_place.refused() == "sign-no-output");
  CHECK(in_place.world.error()->why == "it changed the module in place instead");
  Run link;
  link.world.processes.act = [&](const ProcessCommand& command) {
    link.world.files.file("/elsewhere", k_bytes + trailer());
    link.world.files.symlink(command.arguments[2], "/elsewhere");
  };
  CHECK(link.refused() == "sign-no-output");
  Run directory;
  directory.world.processes.act = [&](const ProcessCommand& command) {
    directory.world.files.directory(command.arguments[2]);
  };
  CHECK(directory.refused() == "sign-no-output");
}

TEST_CASE("sign: its last words when it fails, without its secrets", "[sign]") {
  Run run;
  run.world.environment.variables["KBUILD_SIGN_PIN"] = "4711-4711";
  run.world.environment.variables["SLOT"] = "seven";
  run.world.environment.variables["OTHER"] = "other";
  run.world.environment.variables["SHORT"] = "7"; // no value is too short
  run.request.signing.variables = {"SLOT", "KBUILD_SIGN_PIN", "SHORT"};
  run.world.processes.outcome.exit_status = 2;
  run.world.processes.outcome.output = "1\n2\n3\n4\n5\n6\n7\nslot seven\nPIN 4711-4711 is wrong\n";
  run.writes(k_bytes + trailer()); // a good file does not make up for the status
  CHECK(run.refused() == "sign-failed");
  CHECK(run.fault() == Fault::tool);
  CHECK(run.world.error()->what == "failed with exit status 2");
  CHECK(run.world.error()->why ==
        "it said: 2\n3\n4\n5\n6\n(a line with SHORT)\nslot (SLOT)\nPIN (KBUILD_SIGN_PIN) is wrong");
  const auto& environment = run.world.processes.commands[0].environment;
  const auto has = [&](const std::string& entry) {
    return std::count(environment.begin(), environment.end(), entry);
  };
  CHECK(has("KBUILD_SIGN_PIN=4711-4711") == 1);
  CHECK(has("SLOT=seven") == 1);
  CHECK(has("OTHER=other") == 0);
  CHECK(has("TZ=UTC") == 1);
  Run killed;
  killed.world.processes.outcome.exit_status = -11;
  CHECK(killed.refused() == "sign-failed");
  CHECK(killed.world.error()->what == "was ended by signal 11");
}

TEST_CASE("sign: a named variable takes the place of kpb's own", "[sign]") {
  Run run;
  run.world.environment.variables["HOME"] = "/home/signer";
  run.request.signing.variables = {"HOME"};
  run.writes(k_bytes + trailer());
  REQUIRE(run.sign());
  std::vector<std::string> homes;
  for (const auto& entry : run.world.processes.commands[0].environment)
    if (entry.starts_with("HOME="))
      homes.push_back(entry);
  CHECK(homes == std::vector<std::string>{"HOME=/home/signer"});
}

TEST_CASE("sign: an interrupt is no complaint", "[sign]") {
  Run run;
  run.world.processes.outcome.interrupted = true;
  run.writes(k_bytes + trailer());
  CHECK_FALSE(run.sign());
  CHECK(run.world.sink.all().empty());
  CHECK(run.build->module_content == k_bytes);
}

TEST_CASE("sign: what is signed already is not signed again", "[sign]") {
  Run built;
  REQUIRE(built.plan());
  built.build->module_content = k_bytes + trailer();
  CHECK_FALSE(sign_module(*built.build));
  CHECK(built.world.code() == "sign-twice");
  CHECK(built.fault() == Fault::input);
  CHECK(built.world.processes.commands.empty());
}

TEST_CASE("sign: no signer, no key", "[sign]") {
  const auto refused = [](auto change, Fault fault) {
    SignFileRun run;
    change(run);
    CHECK_FALSE(run.plan());
    REQUIRE(run.world.error() != nullptr);
    CHECK(run.fault() == fault);
    CHECK_FALSE(run.world.error()->hint.empty());
    return run.world.code();
  };
  const auto signer = [&](const char* program) {
    return refused([&](Run& r) { r.request.signing.sign_file = program; }, Fault::environment);
  };
  CHECK(signer("/opt/missing") == "sign-program");
  CHECK(signer("opt/sign") == "sign-program");
  CHECK(signer("./sign") == "sign-program");
  CHECK(signer("sign") == "sign-program"); // not in PATH
  CHECK(signer("/opt") == "sign-program");
  CHECK(signer("") == "sign-program");
  for (const uint32_t mode : {0644U, 0775U, 0757U})
    CHECK(refused([&](Run& r) { r.world.files.nodes["/opt/sign"].mode = mode; },
                  Fault::environment) == "sign-program");
  CHECK(refused([](Run& r) { r.request.signing.key = "none"; }, Fault::input) == "sign-key");
  CHECK(refused([](Run& r) { r.request.signing.key = "/tmp"; }, Fault::input) == "sign-key");
  CHECK(refused([](Run& r) { r.request.signing.certificate = "none"; }, Fault::input) ==
        "sign-key");
  CHECK(refused([](Run& r) { r.request.signing.variables = {"UNSET"}; }, Fault::input) ==
        "sign-env");
  SignFileRun open;
  open.world.files.nodes["/cwd/key.pem"].mode = 0644;
  CHECK(open.plan());
  REQUIRE(open.world.sink.all().size() == 1);
  CHECK(open.world.sink.all()[0].code == "sign-key-open");
}

TEST_CASE("sign: options that do not go together", "[sign]") {
  const auto refused = [](auto change) {
    Run run;
    run.request.signing = {};
    change(run.request.signing);
    CHECK_FALSE(run.plan());
    CHECK(run.world.code() == "sign-options");
    CHECK(run.fault() == Fault::input);
    CHECK_FALSE(run.world.error()->hint.empty());
    return run.world.text();
  };
  using Words = SigningRequest;
  const auto file = [](Words& w) {
    w.sign_file = "f";
    w.key = "k";
    w.certificate = "c";
  };
  refused([&](Words& w) { file(w), w.command = "c"; });
  refused([&](Words& w) { file(w), w.later = "d"; });
  refused([&](Words& w) { file(w), w.signed_file = "s"; });
  refused([](Words& w) { w.command = "c", w.later = "d"; });
  refused([](Words& w) { w.command = "c", w.signed_file = "s"; });
  refused([](Words& w) { w.command = "c", w.key = "k"; });
  refused([](Words& w) { w.command = "c", w.hash = "sha256"; });
  refused([](Words& w) { w.certificate = "c"; });
  refused([](Words& w) { w.sign_file = "f", w.key = "k"; });
  refused([](Words& w) { w.sign_file = "f", w.certificate = "k"; });
  refused([&](Words& w) { file(w), w.hash = "md5"; });
  refused([&](Words& w) { file(w), w.hash = ""; });
  refused([](Words& w) { w.variables = {"X"}; });
  refused([](Words& w) { w.later = "d", w.variables = {"X"}; });
  for (const char* name : {"", "1X", "A-B", "A B"})
    refused([&](Words& w) { w.command = "c", w.variables = {name}; });
  CHECK(refused([](Words& w) { w.command = "c", w.variables = {"PIN=4711"}; }).find("4711") ==
        std::string::npos);
  CHECK(refused([&](Words& w) {
          file(w), w.key = "pkcs11:object=k?pin-value=4711";
        }).find("4711") == std::string::npos);
}

TEST_CASE("sign: nothing is built here that could be signed", "[sign]") {
  Run run;
  run.build.emplace(run.request, run.world.context);
  run.build->variants.emplace_back().source = true;
  CHECK_FALSE(plan_signing(*run.build));
  CHECK(run.world.code() == "sign-nothing");
  CHECK(run.fault() == Fault::input);
}

TEST_CASE("sign: what was signed meanwhile is compared with what was built", "[sign]") {
  const auto with = [](const std::string& content) {
    Run run;
    run.request.signing = {};
    run.request.signing.signed_file = "s.ko";
    run.world.files.file("s.ko", content);
    const bool good = run.sign();
    CHECK(good == run.world.sink.all().empty());
    CHECK(good == run.document().has("/modules/0/signed_by"));
    CHECK(run.build->module_content ==
          (good ? content : k_bytes.substr(0, run.build->module_content.size())));
    CHECK((good || run.fault() == Fault::input));
    return good ? "good" : run.world.code();
  };
  CHECK(with(k_bytes + trailer()) == "good");
  CHECK(with(k_bytes) == "signed-bare");
  CHECK(with("") == "signed-bare");
  CHECK(with(k_bytes + trailer() + trailer()) == "signed-twice");
  CHECK(with(k_bytes + "~Module signature appended~\n") == "module-signature");
  CHECK(with("\177ELG and so on" + trailer()) == "signed-changed");
  CHECK(with(k_bytes + "x" + trailer()) == "signed-changed");
  CHECK(with("\177ELF" + trailer()) == "signed-stripped");
  // What is wrong with the signed file alone is reported before anything is built.
  for (const std::string& content : {k_bytes, k_bytes + trailer() + trailer()}) {
    Run early;
    early.request.signing = {};
    early.request.signing.signed_file = "s.ko";
    early.world.files.file("s.ko", content);
    CHECK_FALSE(early.plan());
  }
  Run missing;
  missing.request.signing = {};
  missing.request.signing.signed_file = "s.ko";
  CHECK_FALSE(missing.plan());
  CHECK(missing.world.code() == "input-unreadable");
}
