// SPDX-License-Identifier: GPL-2.0-only
//
// Which programs are run, and with what: which directories of $PATH count, and an environment into
// which nothing of the user's gets.
#include "core/run/confinement.hpp"
#include "core/run/tools.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;
using kpb_test::World;

namespace {

void tool(World& world, const std::string& path, uint32_t mode = 0755) {
  world.files.file(path, "#!").mode = mode;
}

std::string found(World& world, const std::string& name) {
  return Tools(world.files, world.environment, world.processes).find(name).value_or("");
}

} // namespace

TEST_CASE("tools: the first directory of PATH that has it", "[tools]") {
  World world;
  tool(world, "/usr/local/bin/make");
  tool(world, "/usr/bin/make");
  tool(world, "/usr/bin/rpmbuild");
  world.environment.variables["PATH"] = "/usr/local/bin:/usr/bin";
  CHECK(found(world, "make") == "/usr/local/bin/make");
  CHECK(found(world, "rpmbuild") == "/usr/bin/rpmbuild");
  CHECK(found(world, "gcc") == "");
  world.environment.variables["PATH"] = "/usr/bin:/usr/local/bin";
  CHECK(found(world, "make") == "/usr/bin/make");
}

TEST_CASE("tools: without PATH, the usual places", "[tools]") {
  World world;
  tool(world, "/bin/make");
  CHECK(found(world, "make") == "/bin/make");
  world.environment.variables["PATH"] = "";
  CHECK(found(world, "make") == "/bin/make");
}

TEST_CASE("tools: directories that do not count", "[tools]") {
  World world;
  tool(world, "/cwd/make");
  tool(world, "/cwd/bin/make");
  tool(world, "/open/make");
  world.files.nodes["/open"].mode = 0777;
  tool(world, "/group/make");
  world.files.nodes["/group"].mode = 0775;
  tool(world, "/sticky/make");
  world.files.nodes["/sticky"].mode = 01777;
  tool(world, "/file/x");
  world.files.file("/notadirectory", "");
  for (const char* path : {".", "bin", "", ":", "/open", "/group", "/sticky", "/missing",
                           "/notadirectory", "./bin", "~/bin"}) {
    INFO(path);
    // The second entry makes sure that this is not just the effect of an empty PATH.
    world.environment.variables["PATH"] = std::string(path) + ":/file";
    CHECK(found(world, "make") == "");
  }
  tool(world, "/usr/bin/make");
  world.environment.variables["PATH"] = ":.:/open:/missing:bin:/usr/bin:/group";
  CHECK(found(world, "make") == "/usr/bin/make");
}

TEST_CASE("tools: a symlinked directory or tool counts for what it leads to", "[tools]") {
  World world;
  tool(world, "/usr/bin/make-4");
  world.files.symlink("/usr/bin/make", "make-4");
  world.files.symlink("/bin", "usr/bin");
  world.environment.variables["PATH"] = "/bin";
  CHECK(found(world, "make") == "/bin/make");
}

TEST_CASE("tools: what is no tool", "[tools]") {
  World world;
  tool(world, "/bin/text", 0644);
  world.files.directory("/bin/directory");
  tool(world, "/bin/sub/make");
  for (const char* name : {"text", "directory", "sub/make", "", ".", "..", "/bin/sub/make"})
    CHECK(found(world, name) == "");
}

TEST_CASE("tools: a program that others can write to gives way to the next", "[tools]") {
  World world;
  tool(world, "/bin/make", 0775);
  tool(world, "/sbin/make");
  tool(world, "/bin/gcc", 0757);
  world.environment.variables["PATH"] = "/bin:/sbin";
  CHECK(found(world, "make") == "/sbin/make");
  CHECK(found(world, "gcc") == "");
}

TEST_CASE("tools: why one is missing", "[tools]") {
  World world;
  world.files.directory("/bin/directory");
  tool(world, "/bin/text", 0644);
  tool(world, "/bin/open", 0777);
  tool(world, "/bin/hidden", 0644);
  tool(world, "/sbin/hidden");
  world.files.symlink("/bin/link", "nowhere");
  world.environment.variables["PATH"] = "/bin:/sbin";
  Tools tools(world.files, world.environment, world.processes);
  CHECK(tools.missing("gcc") == "gcc is not installed");
  CHECK(tools.missing("directory") == "directory cannot be used: /bin/directory is a directory");
  CHECK(tools.missing("text") == "text cannot be used: /bin/text is not executable");
  CHECK(tools.missing("open") == "open cannot be used: /bin/open is writable by others");
  CHECK(tools.missing("link") == "link cannot be used: /bin/link is a link that leads nowhere");
  CHECK(tools.why_not("hidden").empty());
  CHECK(tools.find("hidden") == "/sbin/hidden");
}

TEST_CASE("tools: looked for once", "[tools]") {
  World world;
  tool(world, "/bin/make");
  Tools tools(world.files, world.environment, world.processes);
  CHECK(tools.find("make"));
  CHECK_FALSE(tools.find("gcc"));
  const size_t calls = world.files.calls.size();
  tool(world, "/bin/gcc");
  CHECK(tools.find("make"));
  CHECK_FALSE(tools.find("gcc"));
  CHECK(world.files.calls.size() == calls);
}

TEST_CASE("tools: a run has an environment that is made here", "[tools]") {
  World world;
  tool(world, "/usr/bin/make");
  world.environment.variables = {{"PATH", ".:/usr/bin:/missing"},
                                 {"LD_PRELOAD", "/evil.so"},
                                 {"RPM_CONFIGDIR", "/evil"},
                                 {"HOME", "/root"},
                                 {"LANG", "de_DE"},
                                 {"TZ", "Asia/Tokyo"}};
  Tools tools(world.files, world.environment, world.processes);
  Workspace workspace(world.files, world.environment, "kpb-", "");
  world.processes.outcome.exit_status = 3;
  const auto outcome = tools.run(workspace, {"make", "-C", "dir"}, "sub", {"KCFLAGS=-O1"});
  REQUIRE(outcome);
  CHECK(outcome->exit_status == 3);
  REQUIRE(world.processes.commands.size() == 1);
  const ProcessCommand& command = world.processes.commands[0];
  CHECK(command.arguments == std::vector<std::string>{"/usr/bin/make", "-C", "dir"});
  CHECK(command.directory == "/tmp/kpb-random/sub");
  CHECK(command.environment ==
        std::vector<std::string>{"PATH=/usr/bin", "HOME=/tmp/kpb-random/no-home", "LC_ALL=C.UTF-8",
                                 "TZ=UTC", "TMPDIR=/tmp/kpb-random", "SHELL=/bin/sh", "USER=kpb",
                                 "LOGNAME=kpb", "KCFLAGS=-O1"});
  CHECK_FALSE(world.files.has("/tmp/kpb-random/no-home"));
  REQUIRE(tools.run(workspace, {"make"}, "", {}));
  CHECK(world.processes.commands[1].directory == "/tmp/kpb-random");
  CHECK(tools.used() == std::map<std::string, std::string>{{"make", "/usr/bin/make"}});
}

TEST_CASE("tools: a confined one sees what it needs", "[tools]") {
  World world;
  tool(world, "/usr/bin/make");
  tool(world, "/usr/bin/bwrap");
  world.environment.variables = {{"PATH", "/usr/bin:/site/bin:/"}};
  world.files.directory("/site/bin");
  world.files.directory("/src/linux-1");
  world.files.symlink("/src/linux", "/src/linux-1");
  Tools tools(world.files, world.environment, world.processes);
  Workspace workspace(world.files, world.environment, "kpb-", "");
  Confinement confinement(world.context);
  REQUIRE(confinement.missing().empty());
  tools.show("/src/linux");
  tools.show("/src/none");
  tools.show("/usr/src/linux");
  world.processes.outcome = Outcome{};
  world.processes.outcome.exit_status = 137;
  const auto outcome = tools.run_confined(workspace, confinement, {"make", "x"}, "sub", {"A=1"});
  REQUIRE(outcome);
  CHECK(outcome->exit_status == -9);
  const auto& words = world.processes.commands.back().arguments;
  CHECK(words[0] == "/usr/bin/bwrap");
  const std::vector<std::string> wanted = {"--ro-bind",
                                           "/site/bin",
                                           "/site/bin",
                                           "--ro-bind",
                                           "/src/linux",
                                           "/src/linux",
                                           "--ro-bind",
                                           "/src/linux-1",
                                           "/src/linux-1",
                                           "--bind",
                                           "/tmp/kpb-random",
                                           "/tmp/kpb-random",
                                           "--remount-ro",
                                           "/",
                                           "--chdir",
                                           "/tmp/kpb-random/sub",
                                           "--",
                                           "/dev/kpb-enter",
                                           "--first",
                                           "--",
                                           "/usr/bin/make",
                                           "x"};
  REQUIRE(words.size() > wanted.size());
  CHECK(std::vector<std::string>(words.end() - static_cast<long>(wanted.size()), words.end()) ==
        wanted);
  // What is no program is told as if it had been started without confinement.
  world.processes.outcome = {.exit_status = 125,
                             .output = "kpb-enter: cannot run /usr/bin/make: Exec format error\n"};
  CHECK(tools.run_confined(workspace, confinement, {"make"}, "", {}).error().number == ENOEXEC);
  world.processes.outcome.output = "mine: cannot run\n";
  CHECK(tools.run_confined(workspace, confinement, {"make"}, "", {})->exit_status == 125);
}

TEST_CASE("tools: what cannot be run is not", "[tools]") {
  World world;
  tool(world, "/bin/make");
  Tools tools(world.files, world.environment, world.processes);
  Workspace workspace(world.files, world.environment, "kpb-", "");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"gcc"}, {"/bin/make"}, {"../bin/make"}, {""}}) {
    const auto outcome = tools.run(workspace, arguments, "", {});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().number == ENOENT);
  }
  Workspace none(world.files, world.environment, "kpb-", "");
  world.files.fail_at = world.files.calls.size() + 1;
  CHECK_FALSE(tools.run(none, {"make"}, "", {}));
  CHECK(world.processes.commands.empty());
  CHECK(tools.used().empty());
}

TEST_CASE("tools: the version is the first line, of a tool that has one", "[tools]") {
  World world;
  tool(world, "/bin/make");
  Tools tools(world.files, world.environment, world.processes);
  Workspace workspace(world.files, world.environment, "kpb-", "");
  world.processes.outcome.output = "GNU Make 4.3\nCopyright\n";
  CHECK(tools.version(workspace, "make") == "GNU Make 4.3");
  CHECK(world.processes.commands[0].arguments ==
        std::vector<std::string>{"/bin/make", "--version"});
  CHECK(tools.version(workspace, "gcc").empty());
  world.processes.outcome.exit_status = 1;
  CHECK(tools.version(workspace, "make").empty());
}
