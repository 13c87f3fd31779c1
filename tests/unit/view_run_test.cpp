// SPDX-License-Identifier: GPL-2.0-only
//
// The throw-away view of one build: what it consists of, and that only the log remains of it.
#include "view_world.hpp"

#include <algorithm>

using namespace kpb;
using kpb_test::ViewWorld;

namespace {

const std::string k_view = "/store/views/view-random";

} // namespace

TEST_CASE("view: what a build sees, and what is left of it", "[view]") {
  ViewWorld world;
  std::vector<std::string> input;
  bool seen = false;
  world.during = [&](const ProcessCommand& command) {
    if (command.arguments.back() != "fix")
      return;
    seen = true;
    for (const auto& name : world.files.names(k_view + "/input"))
      input.push_back(name + ": " + world.files.nodes.at(k_view + "/input/" + name).content);
    const std::string at = world.kernel.templates() + "/" + world.templates()[0];
    CHECK(world.argument(command, "--overlay", 1) == at + "/tree:" + world.kernel.tree());
    CHECK(world.argument(command, "--overlay", 2) == k_view + "/tree");
    const auto& words = command.arguments;
    CHECK(std::count(words.begin(), words.end(), "/out") == 1);
    CHECK(command.directory == "/");
    CHECK(command.environment == view_environment({}));
    // What is in use cannot be removed, neither by hand nor to make room.
    const auto uses = templates_of(world.kernel_context, world.kernel);
    REQUIRE(uses.size() == 1);
    CHECK(remove_template(world.kernel_context, uses[0]) == Removal::in_use);
    CHECK(world.files.has(at + "/template.json"));
  };
  const auto outcome = world.go({"one\n", "two\n"});
  REQUIRE(outcome);
  REQUIRE(seen);
  CHECK(input == std::vector<std::string>{"patch-001.patch: one\n", "patch-002.patch: two\n"});
  CHECK(world.files.names("/store/views").empty());
  CHECK(outcome->log == "/store/logs/fix-6.1.log");
  CHECK(world.files.nodes.at(outcome->log).content == "SUCCESS\n");
}

TEST_CASE("view: it goes when the build fails or is interrupted", "[view]") {
  for (const bool interrupted : {false, true}) {
    ViewWorld world;
    world.during = [&](const ProcessCommand& command) {
      if (command.arguments.back() == "fix") {
        world.processes.outcome.exit_status = 3;
        world.processes.outcome.interrupted = interrupted;
      }
    };
    const auto outcome = world.go();
    REQUIRE(outcome);
    CHECK(outcome->primed);
    CHECK(outcome->exit_status == 3);
    CHECK(outcome->interrupted == interrupted);
    CHECK(world.files.names("/store/views").empty());
    CHECK(world.templates().size() == 1);
  }
}

TEST_CASE("view: those that nobody holds are removed, others not", "[view]") {
  ViewWorld world;
  world.files.file("/store/views/view-dead/tree/x", "x");
  world.files.file("/store/views/view-dead/lock", "");
  world.files.directory("/store/views/view-alive");
  const auto held = world.files.lock("/store/views/view-alive/lock", true, "1 builds");
  REQUIRE(held);
  REQUIRE(world.go());
  CHECK(world.files.names("/store/views") == std::vector<std::string>{"view-alive"});
}

TEST_CASE("view: a system that allows none, and a root", "[view]") {
  ViewWorld world;
  world.kernel.root = "/r";
  world.during = [&](const ProcessCommand&) {
    world.processes.outcome.exit_status = 125;
    world.processes.outcome.output =
        "kpb-enter: creating namespaces is not allowed here: Operation not permitted\n";
  };
  CHECK_FALSE(world.go());
  CHECK(world.code() == "view");
  CHECK(world.error()->fault == Fault::environment);
  CHECK(world.text().find("creating namespaces is not allowed here") != std::string::npos);
  CHECK(world.templates().empty());
}

namespace {

// A system on which mounting is not allowed.
void allow_no_view(ViewWorld& world) {
  world.during = [&](const ProcessCommand& command) {
    const auto& words = command.arguments;
    world.processes.outcome.exit_status = 0;
    if (std::find(words.begin(), words.end(), "--overlay") == words.end())
      return;
    world.processes.outcome.exit_status = 125;
    world.processes.outcome.output =
        "kpb-enter: creating namespaces is not allowed here: Operation not permitted\n";
  };
}

} // namespace

TEST_CASE("view: without views the original is copied, and the copy goes", "[view]") {
  ViewWorld world;
  allow_no_view(world);
  const auto none = world.during;
  std::vector<std::string> input;
  world.during = [&](const ProcessCommand& command) {
    none(command);
    if (command.arguments.back() != "fix")
      return;
    CHECK(world.argument(command, "--hold", 1) == "/store/copy.running");
    CHECK(world.argument(command, "--chdir", 1) == "/store/copy/tree");
    CHECK(std::count(command.arguments.begin(), command.arguments.end(), "/usr/bin/bwrap") == 1);
    CHECK(command.environment == view_environment({}, "/store/copy/tmp"));
    CHECK(world.files.nodes.at("/store/copy/tree/README").content == "Linux\n");
    input = world.files.names("/store/copy/input");
  };
  const auto outcome = world.go();
  REQUIRE(outcome);
  CHECK(outcome->exit_status == 0);
  CHECK(input == std::vector<std::string>{"patch-001.patch"});
  CHECK(world.templates().size() == 1);
  CHECK_FALSE(world.files.has("/store/copy"));
  bool warned = false;
  for (const auto& d : world.sink.all())
    warned = warned || d.code == "view-copy";
  CHECK(warned);
}

TEST_CASE("view: in a copy any call may fail, and neither half a template nor the copy is kept",
          "[view]") {
  ViewWorld counted;
  allow_no_view(counted);
  REQUIRE(counted.go());
  for (size_t i = 1; i <= counted.files.calls.size(); ++i) {
    ViewWorld world;
    allow_no_view(world);
    world.files.fail_at = i;
    (void)world.go();
    INFO(counted.files.calls[i - 1]);
    world.files.fail_at = 0;
    for (const auto& name : world.templates()) {
      const std::string at = world.kernel.templates() + "/" + name;
      if (!name.ends_with(".making")) {
        CHECK(world.files.has(at + "/template.json"));
        CHECK(world.files.has(at + "/tree/Module.symvers"));
        CHECK(world.files.has(at + "/cache"));
      }
    }
    const auto after = world.go();
    REQUIRE(after);
    CHECK(after->output == "SUCCESS\n");
    CHECK_FALSE(world.files.has("/store/copy"));
  }
}

TEST_CASE("view: nobody works in the copy while what a killed build left running lives", "[view]") {
  ViewWorld world;
  allow_no_view(world);
  const auto alive = world.files.lock("/store/copy.running", false, "1 builds");
  REQUIRE(alive);
  CHECK_FALSE(world.go());
  CHECK(world.code() == "copy-locked");
  CHECK(world.error()->fault == Fault::locked);
}

TEST_CASE("view: what it may read", "[view]") {
  ViewWorld world;
  world.kernel.root = "/r";
  world.files.file("/r/usr/include/x.h", "root's");
  world.files.file("/secret", "no");
  const auto view = world.view();
  CHECK(view.read("README") == "Linux\n");
  CHECK(view.read(".config") == "CONFIG_LIVEPATCH=y\nCONFIG_MODVERSIONS=y\n");
  CHECK(view.read("/usr/include/x.h") == "root's");
  CHECK_FALSE(view.read("../kernel.json"));
  CHECK_FALSE(view.read("/../secret"));
  CHECK_FALSE(view.read("none"));
}
