// SPDX-License-Identifier: GPL-2.0-only
//
// The private directory of a run: created when needed, below TMPDIR if that is a plain path, and
// removed with the object.
#include "core/run/workspace.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;
using kpb_test::World;

TEST_CASE("workspace: made by the first who needs it, gone with the object", "[workspace]") {
  World world;
  {
    Workspace workspace(world.files, world.environment, "kpatch_", ".spec");
    CHECK(world.files.names("/tmp").empty());
    CHECK(workspace.path() == "/tmp/kpatch_random.spec");
    CHECK(world.files.nodes["/tmp/kpatch_random.spec"].mode == 0700);
    CHECK(workspace.write("a/b/c.txt", "content"));
    CHECK(world.files.has("/tmp/kpatch_random.spec/a/b/c.txt"));
    CHECK(workspace.path() == "/tmp/kpatch_random.spec"); // still the same one
  }
  CHECK(world.files.names("/tmp").empty());
}

TEST_CASE("workspace: none, when nobody needs a file", "[workspace]") {
  World world;
  {
    Workspace workspace(world.files, world.environment, "kpb-", "");
    const std::string large = "borrowed";
    CHECK(workspace.write("a/b", "owned"));
    CHECK(workspace.lend("c", large));
    CHECK(workspace.read("a/b", 5) == "owned");
    CHECK(workspace.read("c", 8) == "borrowed");
    CHECK(workspace.read("c", 7).error().number == EFBIG);
    CHECK(workspace.read("d", 7).error().number == ENOENT);
    CHECK(workspace.write("a/b", "again").error().number == EEXIST);
    CHECK(workspace.lend("a/b", large).error().number == EEXIST);
    CHECK(workspace.write("c", "again").error().number == EEXIST);
    CHECK(workspace.read("a/b", 5) == "owned");
    CHECK(workspace.read("c", 8) == "borrowed");
  }
  CHECK(world.files.calls.empty());
}

TEST_CASE("workspace: one file on disk, or all of them", "[workspace]") {
  World world;
  Workspace workspace(world.files, world.environment, "kpb-", "");
  CHECK(workspace.write("a/1", "one"));
  CHECK(workspace.write("a/2", "two"));
  CHECK(workspace.file("a/1") == "/tmp/kpb-random/a/1");
  CHECK(world.files.names("/tmp/kpb-random/a") == std::vector<std::string>{"1"});
  CHECK(workspace.read("a/1", 9) == "one");
  CHECK(workspace.file("a/1") == "/tmp/kpb-random/a/1");
  // It is on disk now, and still must not be overwritten.
  CHECK(workspace.write("a/1", "again").error().number == EEXIST);
  CHECK(workspace.read("a/1", 9) == "one");
  CHECK(workspace.path() == "/tmp/kpb-random");
  CHECK(world.files.names("/tmp/kpb-random/a") == std::vector<std::string>{"1", "2"});
  // Whoever has the path may look at any time.
  CHECK(workspace.write("a/3", "three"));
  CHECK(workspace.lend("4", "four"));
  CHECK(world.files.has("/tmp/kpb-random/a/3"));
  CHECK(world.files.has("/tmp/kpb-random/4"));
  CHECK_FALSE(workspace.write("a/3", "again"));
  CHECK(world.files.nodes["/tmp/kpb-random/a/3"].mode == 0644);
  CHECK(world.files.nodes["/tmp/kpb-random/a"].mode == 0755);
}

TEST_CASE("workspace: what is written can be read and listed", "[workspace]") {
  World world;
  Workspace workspace(world.files, world.environment, "kpb-", "");
  CHECK(workspace.write("sources/z.c", "z"));
  CHECK(workspace.write("sources/sub/a.h", "a"));
  CHECK(workspace.write("top", "t"));
  CHECK(workspace.list("sources") == std::vector<std::string>{"sub/a.h", "z.c"});
  CHECK(workspace.list("") == std::vector<std::string>{"sources/sub/a.h", "sources/z.c", "top"});
  CHECK_FALSE(workspace.list("nowhere"));
  CHECK(workspace.read("sources/z.c", 10) == "z");
  CHECK_FALSE(workspace.read("sources/z.c", 0));
  CHECK_FALSE(workspace.read("sources/y.c", 10));
  CHECK_FALSE(workspace.read("sources", 10));
  // Symlinks are not files.
  world.files.symlink("/tmp/kpb-random/link", "/etc/passwd");
  CHECK(workspace.list("")->size() == 3);
}

TEST_CASE("workspace: TMPDIR, where it is a plain absolute path", "[workspace]") {
  const auto [tmpdir, parent] = GENERATE(table<std::string, std::string>({
      {"/scratch", "/scratch"},
      {"/scratch/", "/scratch"},
      {"/scratch//", "/scratch"},
      {"/link", "/scratch"},
      {"", "/tmp"},
      {"/", "/tmp"},
      {"scratch", "/tmp"},
      {"/missing", "/tmp"},
      {"/with blank", "/tmp"},
      {"/odd", "/tmp"}, // a plain name that leads to one with a blank
      {"/percent%p", "/tmp"},
      {"/scratch/../scratch", "/tmp"},
      {"/-x", "/tmp"},
  }));
  World world;
  world.files.directory("/scratch");
  world.files.directory("/with blank");
  world.files.directory("/percent%p");
  world.files.directory("/-x");
  world.files.symlink("/link", "/scratch");
  world.files.symlink("/odd", "/with blank");
  world.environment.variables["TMPDIR"] = tmpdir;
  Workspace workspace(world.files, world.environment, "kpb-", "");
  CAPTURE(tmpdir);
  CHECK(workspace.path() == parent + "/kpb-random");
}

TEST_CASE("workspace: every failure comes back", "[workspace]") {
  size_t failures = 0;
  for (size_t call = 1;; ++call) {
    World world;
    world.files.fail_at = call;
    world.files.fail_errno = ENOSPC;
    bool good = true;
    {
      Workspace workspace(world.files, world.environment, "kpb-", "");
      good = workspace.write("a/b", "x") && workspace.file("a/b") && workspace.write("c", "y") &&
             workspace.read("a/b", 10) == "x" && workspace.path() && workspace.write("d", "z") &&
             workspace.list("") == std::vector<std::string>{"a/b", "c", "d"};
    }
    REQUIRE(world.files.calls.size() >= call);
    CAPTURE(call, world.files.calls);
    const std::string& failed = world.files.calls[call - 1];
    if (failed == "remove_tree /tmp/kpb-random")
      break; // the last one, whose failure cannot be handled
    // One call can fail without harm: the check whether a new name is already on disk.
    const bool harmless = failed == "stat /tmp/kpb-random/c" && failures == 5;
    CHECK(good == harmless);
    failures += !good;
    CHECK(world.files.names("/tmp").empty());
  }
  CHECK(failures == 16);
}

TEST_CASE("workspace: no link that a builder left is followed", "[workspace]") {
  World world;
  world.files.file("/etc/secret", "secret");
  world.files.directory("/elsewhere");
  Workspace workspace(world.files, world.environment, "kpb-", "");
  const auto base = workspace.path();
  REQUIRE(base);
  world.files.symlink(*base + "/build.ko", "/etc/secret");
  world.files.symlink(*base + "/rpm-packed", "/elsewhere");
  world.files.file("/elsewhere/x.rpm", "x");
  CHECK(workspace.read("build.ko", 100).error().number == ELOOP);
  CHECK(workspace.read("rpm-packed/x.rpm", 100).error().number == ELOOP);
  CHECK_FALSE(workspace.write("rpm-packed/SPECS/x.spec", "x"));
  CHECK_FALSE(workspace.write("rpm-packed", "x"));
  CHECK(world.files.names("/elsewhere") == std::vector<std::string>{"x.rpm"});
}
