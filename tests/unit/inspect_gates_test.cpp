// SPDX-License-Identifier: GPL-2.0-only
//
// Tests for every gate that it accepts a right module, and that it refuses a wrong one with a
// message that shows both sides. The facts come from the synthetic modules, so that reader and
// gates are tested together.
#include "core/inspect/gates.hpp"
#include "inspect_image.hpp"
#include <kpb/sdk/names.hpp>

#include <algorithm>

using kpb::GateTarget;
using kpb::ModuleFacts;
using kpb_test::contains;
using kpb_test::Image;

namespace {

const GateTarget k_target = {"6.1.0-56-amd64", "x86_64", "synth"};

ModuleFacts facts_of(const Image& image) {
  auto out = kpb_test::read(image);
  INFO(out.text());
  REQUIRE(out.facts);
  out.facts->machine = "x86_64"; // whatever machine compiled it
  return *out.facts;
}

ModuleFacts synth(const std::string& name) { return facts_of(Image::synth(name)); }

std::vector<kpb::Diagnostic> judge(const ModuleFacts& facts, const GateTarget& target,
                                   bool expected) {
  kpb::CollectingSink sink;
  CHECK(kpb::check_gates(facts, target, "dir/x.ko", sink) == expected);
  CHECK((sink.first_error() == nullptr) == expected);
  for (const auto& diagnostic : sink.all()) {
    CHECK(diagnostic.where == "dir/x.ko");
    CHECK(diagnostic.fault == kpb::Fault::input);
    CHECK(diagnostic.code.rfind("gate-", 0) == 0);
  }
  return sink.all();
}

void check_open(const ModuleFacts& facts, const GateTarget& target) {
  const auto all = judge(facts, target, true);
  CHECK(all.empty());
}

// Checks for exactly one refusal with that code and these words.
void check_refused(const ModuleFacts& facts, const GateTarget& target, const std::string& code,
                   const std::vector<std::string>& words) {
  const auto all = judge(facts, target, false);
  REQUIRE(all.size() == 1);
  CHECK(all[0].code == code);
  const std::string text = all[0].what + "; " + all[0].why + " hint: " + all[0].hint;
  for (const std::string& word : words) {
    INFO("'" << word << "' in: " << text);
    CHECK(contains(text, word));
  }
}

} // namespace

TEST_CASE("right modules pass every gate", "[gates]") {
  for (const char* name : {"plain", "kpatch-full", "klp", "signed", "name-old-kernel"}) {
    INFO(name);
    GateTarget target = k_target;
    if (std::string(name) == "name-old-kernel")
      target.release = "4.4.0";
    check_open(synth(name), target);
  }
  check_open(facts_of(Image::fixture("klp-livepatch-test")),
             {"7.2.13-kpbtest", "x86_64", "out_livepatch_test_1_1"});
  check_open(facts_of(Image::fixture("livepatch-two")),
             {"6.12.107-kpbtest", "x86_64", "livepatch_two"});
}

TEST_CASE("without a target its gates stand open", "[gates]") {
  check_open(synth("plain"), GateTarget{});
}

TEST_CASE("a module must be relocatable", "[gates]") {
  check_refused(synth("linked"), k_target, "gate-not-relocatable", {"relocatable"});
}

TEST_CASE("a live patch must say that it is one", "[gates]") {
  check_refused(synth("not-livepatch"), k_target, "gate-not-livepatch", {"no 'livepatch=Y'"});
  check_refused(synth("livepatch-no"), k_target, "gate-not-livepatch", {"'N'", "'Y'"});
}

TEST_CASE("a module must have one name that the kernel takes", "[gates]") {
  const GateTarget unnamed = {k_target.release, k_target.arch, ""};
  check_refused(synth("name-mismatch"), k_target, "gate-name-mismatch", {"'synth'", "'synth_2'"});
  check_refused(synth("name-illegal"), unnamed, "gate-name-illegal", {"'synth-2'", "'-' by '_'"});
  check_refused(synth("name-absent"), k_target, "gate-name-missing", {"this_module"});

  const std::string longest = "synth_0123456789_0123456789_0123456789_0123456789_01234";
  const ModuleFacts fits = synth("name-longest");
  REQUIRE(fits.name() == longest);
  REQUIRE(longest.size() == kpb::k_module_name_limit);
  check_open(fits, unnamed);

  ModuleFacts too_long = synth("name-long");
  too_long.this_module_name.reset(); // it has no room for that name and so would differ too
  check_refused(too_long, unnamed, "gate-name-too-long", {"'" + longest + "5'", "56", "55"});

  for (const char* name : {"", "a.b", "a b", "\xc3\xa4", "a\n"}) {
    INFO(name);
    ModuleFacts facts = synth("plain");
    facts.modinfo_name = facts.this_module_name = name;
    check_refused(facts, unnamed, "gate-name-illegal", {});
  }
}

TEST_CASE("a name other than the file's is only warned of", "[gates]") {
  GateTarget target = k_target;
  target.expected_name = "kpatch_other_1_1";
  const auto all = judge(synth("plain"), target, true);
  REQUIRE(all.size() == 1);
  CHECK(all[0].severity == kpb::Severity::warning);
  CHECK(all[0].code == "gate-name-differs");
  CHECK(contains(all[0].what, "'synth'"));
  CHECK(contains(all[0].what, "'kpatch_other_1_1'"));
}

TEST_CASE("a module fits one kernel release", "[gates]") {
  struct Case {
    const char* release;
    const char* difference;
  };
  const Case cases[] = {
      {"6.1.0-57-amd64", "(differ at character 8)"},
      {"6.1.0-56-amd64+debug", "(differ at character 15)"},
      {"6.1.0-56-amd6", "(differ at character 14)"},
      {"6.1.0-56-rt-amd64", "(differ at character 10)"},
      {"6.1.0-56-AMD64", "(differ at character 10)"},
      {"5.14.0-362.8.1.el9_3.x86_64", "(differ at character 1)"},
  };
  for (const Case& c : cases) {
    GateTarget target = k_target;
    target.release = c.release;
    check_refused(synth("plain"), target, "gate-release",
                  {"built for '6.1.0-56-amd64'; the target is '" + std::string(c.release) + "' " +
                       c.difference,
                   "-k 6.1.0-56-amd64"});
  }
}

TEST_CASE("a release out of a file is no argument unless it looks like one", "[gates]") {
  for (const char* release : {"$(reboot)", "6.1;reboot", "6.1/../x", "6..1", "-6", "6.1\x1b[2J"}) {
    ModuleFacts facts = synth("plain");
    facts.vermagic = std::string(release) + " SMP ";
    const auto all = judge(facts, k_target, false);
    REQUIRE(all.size() == 1);
    CHECK(all[0].code == "gate-release");
    CHECK_FALSE(contains(all[0].hint, "-k"));
    CHECK_FALSE(contains(all[0].what, "\x1b"));
  }
  ModuleFacts facts = synth("plain");
  facts.vermagic = "";
  check_refused(facts, k_target, "gate-release", {"names no kernel", "'6.1.0-56-amd64'"});
}

TEST_CASE("a module fits one architecture", "[gates]") {
  GateTarget target = k_target;
  target.arch = "aarch64";
  check_refused(synth("plain"), target, "gate-arch", {"'x86_64'", "'aarch64'"});
  ModuleFacts foreign = synth("plain");
  foreign.machine.clear();
  foreign.e_machine = 258;
  check_refused(foreign, k_target, "gate-arch", {"258", "'x86_64'"});
}

TEST_CASE("a live patch depends on no module", "[gates]") {
  check_refused(synth("depends"), k_target, "gate-depends", {"'kpbfs,kpb_net'"});
}

TEST_CASE("a live patch relocates no jump table", "[gates]") {
  check_refused(synth("jump-table"), k_target, "gate-jump-table",
                {"'.klp.rela.vmlinux.__jump_table'", "static_key_enabled"});
  ModuleFacts many = synth("plain");
  for (const char* object : {"a", "b", "c", "d", "e"})
    many.jump_table_sections.push_back(std::string(".klp.rela.") + object + ".__jump_table");
  check_refused(many, k_target, "gate-jump-table", {"'.klp.rela.c.__jump_table', 2 more"});
}

TEST_CASE("a module has only one signature", "[gates]") {
  check_refused(synth("signed-twice"), k_target, "gate-signed-twice", {"twice"});
}

TEST_CASE("every refusal is reported, not only the first", "[gates]") {
  ModuleFacts facts = synth("signed-twice");
  facts.relocatable = false;
  facts.livepatch = false;
  facts.modinfo_name = "synth-2";
  facts.depends = "kpbfs";
  facts.jump_table_sections = {".klp.rela.vmlinux.__jump_table"};
  const auto all = judge(facts, {"6.6.0", "s390x", "synth"}, false);
  std::vector<std::string> codes;
  for (const auto& diagnostic : all)
    codes.push_back(diagnostic.code);
  CHECK(codes == std::vector<std::string>{"gate-not-relocatable", "gate-not-livepatch",
                                          "gate-name-mismatch", "gate-name-illegal",
                                          "gate-name-differs", "gate-release", "gate-arch",
                                          "gate-depends", "gate-jump-table", "gate-signed-twice"});
}
