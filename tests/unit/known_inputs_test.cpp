// SPDX-License-Identifier: GPL-2.0-only
//
// Adding a kernel that is already in the store: its source is not read if the system reports no
// change, and everything is read if there is the least doubt.
#include "kernel_world.hpp"

#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace kpb;
using kpb_test::KernelWorld;

namespace {

constexpr int64_t k_second = 1000000000;

struct KnownWorld : KernelWorld {
  KnownWorld() {
    environment.now = 1000;
    settle();
  }
  // Gives each file an inode number and an old time of change.
  void settle() {
    for (auto& [path, node] : files.nodes)
      if (node.inode == 0) {
        node.inode = ++last;
        node.changed_ns = 10 * k_second;
      }
  }
  // Changes the content as the system would record it.
  void change(const std::string& path, const std::string& content, int64_t when = 500 * k_second) {
    auto& node = files.nodes.at(path);
    node.content = content;
    node.changed_ns = when;
  }
  // Whether adding the kernel read the source.
  bool reads(const KernelRequest& wanted) {
    files.calls.clear();
    sink = {};
    added = add(wanted);
    settle();
    return std::find(files.calls.begin(), files.calls.end(),
                     "commit /store/kernels/.making-random/tree/kernel/fork.c") !=
           files.calls.end();
  }

  uint64_t last = 0;
  std::optional<AddedKernel> added;
};

} // namespace

TEST_CASE("known inputs: the same again is not read again", "[kernel]") {
  KnownWorld world;
  CHECK(world.reads(world.request()));
  REQUIRE(world.added);
  const std::string id = world.added->kernel.id;
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(world.reads(world.request()));
    REQUIRE(world.added);
    CHECK(world.added->existed);
    CHECK(world.added->kernel.id == id);
    CHECK(world.sink.all().empty());
  }
}

TEST_CASE("known inputs: what differs is read", "[kernel]") {
  KnownWorld world;
  REQUIRE(world.reads(world.request()));
  auto request = world.request();
  bool same_kernel = true; // and it is found after reading
  SECTION("a source file") {
    world.change("/src/kernel/fork.c", "int y;\n");
    same_kernel = false;
  }
  SECTION("a source file of the same size, its time put back") {
    world.change("/src/kernel/fork.c", "int z;\n");
    REQUIRE(world.files.nodes["/src/kernel/fork.c"].mtime == 0);
    same_kernel = false;
  }
  SECTION("a file in the place of another one, as old") {
    world.files.nodes["/src/kernel/fork.c"].inode = 999;
    world.files.nodes["/src/kernel/fork.c"].content = "int w;\n";
    same_kernel = false;
  }
  SECTION("one more") {
    world.files.file("/src/kernel/new.c", "");
    world.settle();
    same_kernel = false;
  }
  SECTION("one less") {
    world.files.nodes.erase("/src/scripts/link.c");
    same_kernel = false;
  }
  SECTION("where a symlink leads") {
    world.change("/src/scripts/link.c", "../scripts/run.sh");
    same_kernel = false;
  }
  SECTION("whether it can be run") {
    world.files.nodes["/src/kernel/fork.c"].mode = 0755;
    same_kernel = false;
  }
  SECTION("the configuration") {
    world.change("/config", world.files.nodes["/config"].content + "CONFIG_X=y\n");
    same_kernel = false;
  }
  SECTION("vmlinux") {
    world.change("/vmlinux", world.files.nodes["/vmlinux"].content + std::string(1, 0));
    same_kernel = false;
  }
  SECTION("fewer modules") {
    request.modules.reset();
    same_kernel = false;
  }
  SECTION("the tree has a Module.symvers since") {
    world.files.file("/src/Module.symvers", "0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\n");
    world.settle();
    same_kernel = false;
  }
  SECTION("another path of the same configuration") {
    world.files.file("/config2", world.files.nodes["/config"].content);
    request.config = "/config2";
    world.settle();
  }
  SECTION("a file that was only touched") { world.files.nodes["/vmlinux"].changed_ns += 1; }
  CHECK(world.reads(request));
  REQUIRE(world.added);
  CHECK(world.added->existed == same_kernel);
}

TEST_CASE("known inputs: where the system's word proves nothing, it is not asked", "[kernel]") {
  const int doubt = GENERATE(0, 1, 2);
  KnownWorld world;
  for (int i = 0; i < 2; ++i) {
    auto& node = world.files.nodes["/config"];
    if (doubt == 0) // changed at this moment
      node.changed_ns = 999 * k_second;
    else if (doubt == 1) // changed in the future
      node.changed_ns = 5000 * k_second;
    else // it has no inode number
      node.inode = 0;
    CHECK(world.reads(world.request()));
  }
}

TEST_CASE("known inputs: what changes while it is read is read again", "[kernel]") {
  KnownWorld world;
  world.processes.act =
      [&](const ProcessCommand&) { // the compiler runs between the files and the source
        world.files.nodes["/src/kernel/fork.c"].changed_ns += k_second;
      };
  CHECK(world.reads(world.request()));
  CHECK(world.reads(world.request()));
}

TEST_CASE("known inputs: another compiler is another kernel", "[kernel]") {
  KnownWorld world;
  REQUIRE(world.reads(world.request()));
  world.processes.outcome.output = "\t.ident\t\"GCC: another\"\n";
  world.reads(world.request()); // it is refused, as it would have been the first time
  CHECK_FALSE(world.added);
  CHECK(world.code() == "kernel-compiler");
}

TEST_CASE("known inputs: the warnings of the first time are given again", "[kernel]") {
  KnownWorld world;
  world.files.symlink("/src/out", "/etc/passwd");
  world.settle();
  REQUIRE(world.reads(world.request()));
  REQUIRE(world.sink.all().size() == 1);
  const Diagnostic first = world.sink.all()[0];
  CHECK(first.code == "kernel-source-links");
  CHECK_FALSE(world.reads(world.request()));
  REQUIRE(world.sink.all().size() == 1);
  CHECK(world.sink.all()[0].severity == Severity::warning);
  CHECK(world.sink.all()[0].what == first.what);
  CHECK(world.sink.all()[0].where == first.where);
}

TEST_CASE("known inputs: a kernel that is gone, a record that is none", "[kernel]") {
  KnownWorld world;
  REQUIRE(world.reads(world.request()));
  const std::string known = world.added->kernel.directory + "/known";
  REQUIRE(world.files.names(known).size() == 1);
  SECTION("the kernel was removed") {
    KernelStore store(world.kernel_context, "/store");
    REQUIRE(store.remove(world.added->kernel));
    CHECK(world.reads(world.request()));
    REQUIRE(world.added);
    CHECK_FALSE(world.added->existed);
  }
  SECTION("half a record") {
    world.files.nodes[known + "/" + world.files.names(known)[0]].content = "{";
    CHECK(world.reads(world.request()));
    CHECK(world.added->existed);
  }
  SECTION("a record of another kernel") {
    auto& content = world.files.nodes[known + "/" + world.files.names(known)[0]].content;
    content.replace(content.find(world.added->kernel.description.text("/key")), 1, "x");
    CHECK(world.reads(world.request()));
  }
}
