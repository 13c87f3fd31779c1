// SPDX-License-Identifier: GPL-2.0-only
//
// Tests the plan of a boot and its expectations: what is loaded when, and what must be true at that
// point.
#include "core/boot/plan_boot.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using kpb::BootModule;
using kpb::BootRequest;
using kpb::CollectingSink;
using kpb::Expectation;
using Words = std::vector<std::string>;

namespace {

BootModule patch(const std::string& name, std::optional<bool> replace) {
  return {"/m/" + name + ".ko", name, replace, name + ".rpm"};
}

// The steps as lines, of one verb or all.
Words lines(const BootRequest& request, const std::string& verb = "") {
  Words out;
  for (const auto& step : kpb::plan_boot(request)) {
    std::string line;
    for (const auto& word : step.words)
      line += (line.empty() ? "" : " ") + word;
    if (verb.empty() || step.words[0] == verb)
      out.push_back(line);
  }
  return out;
}

std::vector<Expectation> expectations(const std::string& text) {
  CollectingSink sink;
  auto found = kpb::read_expectations(text, "x.expect", sink);
  REQUIRE(sink.first_error() == nullptr);
  REQUIRE(found);
  return *found;
}

} // namespace

TEST_CASE("boot plan: one patch, from nothing to nothing", "[boot]") {
  BootRequest request;
  request.patches = {patch("p", true)};
  request.expectations = expectations("patched: /proc/x contains new\n");
  CHECK(lines(request) ==
        Words{"directory /sys/kernel/livepatch/", "lacks /proc/x new", "load /m/p.ko",
              "settle p 60", "is /sys/kernel/livepatch/p/enabled 1", "objects p all",
              "contains /proc/x new", "disable p 60", "remove p", "lacks /proc/x new"});
}

TEST_CASE("boot plan: those that replace come first, else the order stays", "[boot]") {
  std::vector<BootModule> patches = {patch("a", false), patch("b", true), patch("c", std::nullopt),
                                     patch("d", true)};
  kpb::order_patches(patches);
  std::string order;
  for (const auto& one : patches)
    order += one.name;
  CHECK(order == "bdac");
}

TEST_CASE("boot plan: a replaced patch must be gone, is not disabled, and is removed", "[boot]") {
  BootRequest request;
  request.patches = {patch("a", true), patch("b", true)};
  CHECK(lines(request, "absent") == Words{"absent /sys/kernel/livepatch/a"});
  CHECK(lines(request, "disable") == Words{"disable b 60"});
  CHECK(lines(request, "remove") == Words{"remove b", "remove a"});
}

TEST_CASE("boot plan: a stacked patch leaves its base on", "[boot]") {
  BootRequest request;
  request.patches = {patch("base", true), patch("top", false)};
  CHECK(lines(request, "absent").empty());
  CHECK(lines(request, "disable") == Words{"disable top 60", "disable base 60"});
  CHECK(lines(request, "objects") ==
        Words{"objects base all", "objects top all", "objects base all"});
}

TEST_CASE("boot plan: nobody knows whether a bare module replaces", "[boot]") {
  BootRequest request;
  request.patches = {patch("a", std::nullopt), patch("b", std::nullopt)};
  CHECK(lines(request, "absent").empty());
  CHECK(lines(request, "disable-if-there") == Words{"disable-if-there a 60"});
}

TEST_CASE("boot plan: targets before and after; unpatched objects are excused only until then",
          "[boot]") {
  BootRequest request;
  request.patches = {patch("p", true)};
  request.targets = {{"/t/early.ko", "early", std::nullopt, "early.ko"}};
  request.late_targets = {{"/t/late.ko", "late", std::nullopt, "late.ko"}};
  CHECK(lines(request, "load") == Words{"load /t/early.ko", "load /m/p.ko", "load /t/late.ko"});
  CHECK(lines(request, "objects") == Words{"objects p loaded", "objects p all"});
  const auto steps = kpb::plan_boot(request);
  CHECK(steps[kpb::first_load(steps)].words == Words{"load", "/m/p.ko"});
  request.allow_unloaded = true;
  CHECK(lines(request, "objects") == Words{"objects p loaded", "objects p loaded"});
}

TEST_CASE("boot plan: as the guest reads it", "[boot]") {
  CHECK(kpb::steps_file({{{"is", "/a", "b c"}, "", ""}}, "kpb-1: ") ==
        "kpb-steps/1\tkpb-1: \nis\t/a\tb c\n");
  const auto good = [](const std::string& word) {
    const std::vector<kpb::BootStep> steps = {{{"is", "/a", word}, "", ""}};
    return kpb::steps_read_back(kpb::steps_file(steps, "kpb-1: "), steps, "kpb-1: ");
  };
  CHECK(good("b c"));
  for (const char* bad : {"b\nload\t/x.ko", "b\t", "\n", "b\r", "\x1b[2J", "\x7f"})
    CHECK_FALSE(good(bad));
}

TEST_CASE("expectations: all the words", "[boot]") {
  const auto found = expectations("# why\n\n  before-load:  /a\tis  x  y \n"
                                  "after-load: run /bin/probe -x 1\n"
                                  "after-unload: /a is-not z");
  REQUIRE(found.size() == 3);
  CHECK(found[0].when == Expectation::When::before_load);
  CHECK(found[0].words == Words{"is", "/a", "x  y"});
  CHECK(found[0].what == "before-load: /a is x  y");
  CHECK(found[1].words == Words{"run", "/bin/probe -x 1"});
  CHECK(found[2].words == Words{"is-not", "/a", "z"});
}

TEST_CASE("expectations: patched says three things", "[boot]") {
  const auto found = expectations("patched: run-fails /bin/exploit\n");
  REQUIRE(found.size() == 3);
  CHECK(found[0].words == Words{"run", "/bin/exploit"});
  CHECK(found[1].words == Words{"run-fails", "/bin/exploit"});
  CHECK(found[2].words == Words{"run", "/bin/exploit"});
}

TEST_CASE("expectations: refused, with line and column", "[boot]") {
  struct Case {
    std::string text;
    std::string where;
  };
  const auto [text, where] = GENERATE(
      Case{"later: /a contains b", "x.expect:1:1"}, Case{"patched /a contains b", "x.expect:1:1"},
      Case{"\n patched: a contains b", "x.expect:2:11"},
      Case{"patched: /a holds b", "x.expect:1:13"}, Case{"patched: /a contains", "x.expect:1:13"},
      Case{"patched: /a run b", "x.expect:1:13"}, Case{"patched: run probe", "x.expect:1:14"},
      Case{"patched: run", "x.expect:1:10"}, Case{"patched:", "x.expect:1:9"},
      Case{"patched: /a contains b\r\n", "x.expect:1:23"}, Case{"# nothing\n", "x.expect"},
      Case{"", "x.expect"}, Case{"patched: /a contains \xff", "x.expect"});
  CollectingSink sink;
  CHECK_FALSE(kpb::read_expectations(text, "x.expect", sink));
  REQUIRE(sink.first_error() != nullptr);
  CAPTURE(text, sink.first_error()->what);
  CHECK(sink.first_error()->where == where);
  CHECK(sink.first_error()->code == "expectation");
}
