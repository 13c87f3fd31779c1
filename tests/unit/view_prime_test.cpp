// SPDX-License-Identifier: GPL-2.0-only
//
// Compiling the original: once, checked against what the target contains, and kept only if all is
// well.
#include "core/base/sha256.hpp"
#include "view_world.hpp"

using namespace kpb;
using kpb_test::ViewWorld;

namespace {

void nothing_kept(ViewWorld& world) {
  CHECK(world.templates().empty());
  CHECK(world.count("fix") == 0);
}

} // namespace

TEST_CASE("prime: once, and not again", "[view]") {
  ViewWorld world;
  const auto first = world.go();
  REQUIRE(first);
  CHECK(first->primed);
  CHECK(first->output == "SUCCESS\n");
  REQUIRE(world.templates().size() == 1);
  const std::string at = world.kernel.templates() + "/" + world.templates()[0];
  CHECK(world.templates()[0].substr(0, 5) == "stub-");
  CHECK(world.files.has(at + "/template.json"));
  CHECK(world.files.has(at + "/tree/Module.symvers"));
  CHECK_FALSE(world.files.has(at + "/work"));
  CHECK_FALSE(world.files.has(at + "/input"));
  CHECK(world.count("original") == 1);
  CHECK(world.count("3") == 1); // @JOBS@
  REQUIRE(world.go());
  CHECK(world.count("olddefconfig") == 1);
  CHECK(world.count("original") == 1);
  CHECK(world.count("fix") == 2);
  CHECK(world.sink.all().empty());

  // Another version of the builder, or another way to prime, makes another template.
  world.run.depends_on = "version 2";
  REQUIRE(world.go());
  world.run.prime.environment.push_back("X=1");
  REQUIRE(world.go());
  CHECK(world.count("original") == 3);
  CHECK(world.templates().size() == 3);
}

TEST_CASE("prime: a builder's script is not kept, its digest is", "[view]") {
  ViewWorld world;
  world.run.depends_on = "#!/bin/bash of many lines";
  REQUIRE(world.go());
  const auto text = world.files.read(
      world.kernel.templates() + "/" + world.templates().at(0) + "/template.json", 1 << 20);
  REQUIRE(text);
  CHECK(text->find("of many lines") == std::string::npos);
  CHECK(text->find(sha256_hex(world.run.depends_on)) != std::string::npos);
}

TEST_CASE("prime: what is there is taken whatever an older kpb wrote of it", "[view]") {
  ViewWorld world;
  REQUIRE(world.go());
  const std::string at =
      world.kernel.templates() + "/" + world.templates().at(0) + "/template.json";
  REQUIRE(world.files.remove(at));
  world.files.file(at, R"({"schema": "kpb.template/1", "depends_on": "the whole script"})");
  REQUIRE(world.go());
  CHECK(world.count("original") == 1);
}

TEST_CASE("prime: only that, for kernel add", "[view]") {
  ViewWorld world;
  world.run.build.reset();
  REQUIRE(world.go());
  const auto again = world.go();
  REQUIRE(again);
  CHECK(again->primed);
  CHECK(world.count("original") == 1);
  CHECK(world.templates().size() == 1);
}

TEST_CASE("prime: other words than those for 'nothing changed'", "[view]") {
  ViewWorld world;
  world.original_says = "ERROR: broken\n";
  const auto outcome = world.go();
  REQUIRE(outcome);
  CHECK_FALSE(outcome->primed);
  CHECK(outcome->output == "ERROR: broken\n");
  CHECK(world.files.nodes.at("/store/logs/original-stub-6.1.log").content == "ERROR: broken\n");
  CHECK(world.sink.all().empty()); // the builder's plugin says what it means
  nothing_kept(world);
}

TEST_CASE("prime: interrupted", "[view]") {
  ViewWorld world;
  world.during = [&](const ProcessCommand& command) {
    world.processes.outcome.interrupted = command.arguments.back() == "original";
  };
  const auto outcome = world.go();
  REQUIRE(outcome);
  CHECK(outcome->interrupted);
  nothing_kept(world);
  // Nothing is left that disturbs the next run.
  world.during = nullptr;
  world.processes.outcome.interrupted = false;
  REQUIRE(world.go());
  CHECK(world.templates().size() == 1);
}

TEST_CASE("prime: the configuration comes out otherwise", "[view]") {
  ViewWorld world;
  world.resulting_config = "CONFIG_LIVEPATCH=y\nCONFIG_MODVERSIONS=y\nCONFIG_KASAN=y\n";
  CHECK_FALSE(world.go());
  CHECK(world.code() == "kernel-config");
  CHECK(world.text().find("KASAN") != std::string::npos);
  CHECK(world.count("original") == 0);
  nothing_kept(world);
}

TEST_CASE("prime: make olddefconfig fails", "[view]") {
  ViewWorld world;
  world.during = [&](const ProcessCommand&) { world.processes.outcome.exit_status = 2; };
  CHECK_FALSE(world.go());
  CHECK(world.code() == "kernel-olddefconfig");
  CHECK(world.files.has("/store/logs/config-6.1.log"));
  nothing_kept(world);
}

TEST_CASE("prime: other CRCs than the kernel's", "[view]") {
  ViewWorld world;
  world.symvers = "0x00000002\ta\tvmlinux\tEXPORT_SYMBOL\t\n";
  CHECK_FALSE(world.go());
  CHECK(world.code() == "kernel-symvers");
  CHECK(world.text().find("shipped 0x00000001, compiled 0x00000002") != std::string::npos);
  nothing_kept(world);
}

TEST_CASE("prime: somebody else is at it", "[view]") {
  ViewWorld world;
  std::string code;
  Fault fault = Fault::input;
  world.during = [&](const ProcessCommand& command) {
    if (command.arguments.back() != "original")
      return;
    CollectingSink sink;
    CHECK_FALSE(world.view().run(world.run, {}, "/out", sink));
    REQUIRE(sink.first_error() != nullptr);
    code = sink.first_error()->code;
    fault = sink.first_error()->fault;
  };
  REQUIRE(world.go()); // it was not disturbed
  CHECK(code == "template-locked");
  CHECK(static_cast<int>(fault) == 75);
}

TEST_CASE("prime: whatever a killed run has left is no template", "[view]") {
  ViewWorld world;
  REQUIRE(world.go());
  const std::string at = world.kernel.templates() + "/" + world.templates()[0];
  REQUIRE(world.files.remove_tree(at));
  world.files.file(at + ".making/tree/half.o", "x");
  REQUIRE(world.go());
  CHECK(world.count("original") == 2);
  CHECK_FALSE(world.files.has(at + "/tree/half.o"));
  CHECK(world.templates().size() == 1);
}

TEST_CASE("prime: any call may fail, and no half template is kept", "[view]") {
  ViewWorld counted;
  REQUIRE(counted.go());
  for (size_t i = 1; i <= counted.files.calls.size(); ++i) {
    ViewWorld world;
    world.files.fail_at = i;
    (void)world.go();
    INFO(counted.files.calls[i - 1]);
    world.files.fail_at = 0;
    for (const auto& name : world.templates()) {
      const std::string at = world.kernel.templates() + "/" + name;
      if (!name.ends_with(".making")) {
        CHECK(world.files.has(at + "/template.json"));
        CHECK(world.files.has(at + "/tree/Module.symvers"));
      }
    }
    const auto after = world.go();
    REQUIRE(after);
    CHECK(after->output == "SUCCESS\n");
  }
}
