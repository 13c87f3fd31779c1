// SPDX-License-Identifier: GPL-2.0-only
//
// Adding a kernel, in memory: what it consists of, what its key depends on, and that no failed call
// leaves a kernel behind.
#include "kernel_world.hpp"

#include "core/base/sha256.hpp"
#include "core/kernel/build_root.hpp"

#include <set>

using namespace kpb;
using kpb_test::KernelWorld;

TEST_CASE("kernel add: what is in the store", "[kernel]") {
  KernelWorld world;
  const auto added = world.add(world.request());
  REQUIRE(world.sink.all().empty());
  REQUIRE(added);
  CHECK_FALSE(added->existed);
  const auto& kernel = added->kernel;
  CHECK(kernel.id == "6.12.94-" + kernel.description.text("/key").substr(0, 8));
  CHECK(kernel.directory == "/store/kernels/" + kernel.id);
  CHECK(kernel.release() == "6.12.94");
  CHECK(world.files.names(kernel.directory) ==
        std::vector<std::string>{"config", "kernel.json", "lock", "modules", "tree", "vmlinux"});
  CHECK(world.files.nodes[kernel.tree() + "/scripts/run.sh"].mode == 0755);
  CHECK(world.files.nodes[kernel.tree() + "/kernel/fork.c"].mode == 0644);
  CHECK(world.files.nodes[kernel.tree() + "/scripts/link.c"].content == "../kernel/fork.c");
  CHECK(world.files.has(kernel.modules() + "/a_driver.ko") == false);
  CHECK(world.files.has(kernel.modules() + "/driver.ko"));
  CHECK(kernel.description.text("/config/sha256") ==
        sha256_hex(world.files.nodes["/config"].content));
  CHECK(kernel.description.text("/vmlinux/sha256") ==
        sha256_hex(world.files.nodes["/vmlinux"].content));
  CHECK(kernel.description.text("/vmlinux/release") == "6.12.94");
  CHECK(kernel.description.text("/vmlinux/build_id").size() == 40);
  CHECK(kernel.description.size("/modules") == 1);
  // Nothing becomes visible before it is on disk.
  size_t json = 0;
  size_t sync = 0;
  size_t rename = 0;
  for (size_t i = 0; i < world.files.calls.size(); ++i) {
    const auto& call = world.files.calls[i];
    if (call.starts_with("write_new durable /store/kernels/.making-random/kernel.json"))
      json = i;
    if (call.starts_with("sync_all"))
      sync = i;
    if (call.starts_with("rename /store/kernels/.making-random "))
      rename = i;
  }
  CHECK(json > 0);
  CHECK(json < sync);
  CHECK(sync < rename);
}

TEST_CASE("kernel add: the key is what a module's bytes can depend on, and nothing else",
          "[kernel]") {
  const auto key = [](const auto& change) {
    KernelWorld world;
    auto request = world.request();
    change(world, request);
    const auto added = world.add(request);
    REQUIRE(added);
    return added->kernel.description.text("/key");
  };
  const auto plain = key([](KernelWorld&, KernelRequest&) {});
  // The key does not depend on places, times, or mode bits that the umask affects.
  CHECK(plain == key([](KernelWorld& world, KernelRequest& request) {
          world.files.file("/elsewhere/config", world.files.nodes["/config"].content);
          request.config = "/elsewhere/config";
          world.files.nodes["/src/kernel/fork.c"].mode = 0600;
          world.files.nodes["/src/kernel/fork.c"].mtime = 5;
          world.files.nodes["/src/scripts/run.sh"].mode = 0775;
          world.files.file("/src/kernel/fork.o", "product");
        }));
  std::set<std::string> keys = {plain};
  const auto other = [&](const auto& change) { CHECK(keys.insert(key(change)).second); };
  other(
      [](KernelWorld& w, KernelRequest&) { w.files.nodes["/src/kernel/fork.c"].content += "\n"; });
  other([](KernelWorld& w, KernelRequest&) { w.files.nodes["/src/kernel/fork.c"].mode = 0755; });
  other([](KernelWorld& w, KernelRequest&) { w.files.file("/src/kernel/fork.h", ""); });
  other([](KernelWorld& w, KernelRequest&) {
    w.files.nodes["/src/scripts/link.c"].content = "run.sh";
  });
  other([](KernelWorld& w, KernelRequest&) { w.files.nodes["/config"].content += "CONFIG_X=y\n"; });
  other([](KernelWorld& w, KernelRequest&) { w.files.nodes["/vmlinux"].content += '\0'; });
  other([](KernelWorld&, KernelRequest& request) { request.modules.reset(); });
  other([](KernelWorld& w, KernelRequest& request) {
    w.files.file("/symvers", "0x00000001\ta\tvmlinux\tEXPORT_SYMBOL\n");
    request.symvers = "/symvers";
  });
  other([](KernelWorld& w, KernelRequest& request) {
    w.files.file("/root/usr/bin/gcc", "").mode = 0755;
    w.files.file("/root/var/lib/dpkg/status", "Package: gcc\n");
    w.files.file("/usr/bin/chroot", "").mode = 0755;
    request.root = "/root";
  });
}

TEST_CASE("kernel add: the same again is found", "[kernel]") {
  KernelWorld world;
  const auto first = world.add(world.request());
  const auto second = world.add(world.request());
  REQUIRE(second);
  CHECK(second->existed);
  CHECK(second->kernel.id == first->kernel.id);
  CHECK(world.visible().size() == 1);
  CHECK_FALSE(world.files.has("/store/kernels/.making-random"));
}

TEST_CASE("kernel add: what no builder takes is told before the source is copied", "[kernel]") {
  KernelWorld world;
  world.files.nodes["/config"].content += "CONFIG_X86_KERNEL_IBT=y\n";
  const auto request = world.request();
  CHECK_FALSE(world.add(request));
  REQUIRE(world.sink.first_error() != nullptr);
  CHECK(world.sink.first_error()->code == "kernel-ibt");
  CHECK(world.sink.all().size() == 1);
  for (const auto& call : world.files.calls)
    CHECK(call.find("/tree") == std::string::npos);

  world.files.file("/src/scripts/livepatch/klp-build", "#!/bin/sh\n"); // klp-build supports it
  CHECK(world.add(request));
}

TEST_CASE("kernel add: whatever call fails, no kernel is seen", "[kernel]") {
  size_t calls = 0;
  {
    KernelWorld world;
    REQUIRE(world.add(world.request()));
    calls = world.files.calls.size();
  }
  REQUIRE(calls > 60);
  size_t refused = 0;
  for (size_t at = 1; at <= calls; ++at) {
    KernelWorld world;
    auto request = world.request();
    world.files.calls.clear();
    world.files.fail_at = at;
    world.files.fail_errno = ENOSPC;
    const auto added = world.add(request);
    INFO("call " << at << ": " << world.files.calls[at - 1]);
    world.files.fail_at = 0;
    if (added) { // a call whose failure changes nothing
      CHECK(world.visible() == std::vector<std::string>{added->kernel.id});
      continue;
    }
    ++refused;
    CHECK(world.sink.first_error() != nullptr);
    const bool after_rename =
        world.files.calls[at - 1].starts_with("sync_directory") || !world.visible().empty();
    if (!after_rename)
      CHECK(world.visible().empty());
    else // it is complete; that just could not be confirmed
      CHECK(world.visible().size() == 1);
    // The next addition works as usual.
    const auto next = world.add(request);
    CHECK(next);
    CHECK(world.visible().size() == 1);
    for (const auto& name : world.files.names("/store/kernels"))
      CHECK_FALSE(name.starts_with(".making"));
  }
  CHECK(refused > 40);
}

TEST_CASE("kernel add: an interrupt leaves no kernel and no word", "[kernel]") {
  KernelWorld world;
  world.interrupts.number = 2;
  CHECK_FALSE(world.add(world.request()));
  CHECK(world.sink.all().empty());
  CHECK(world.visible().empty());
  CHECK_FALSE(world.files.has("/store/kernels/.making-random"));
}

TEST_CASE("root: programs as the root sees them", "[kernel]") {
  KernelWorld world;
  auto& files = world.files;
  files.file("/r/usr/bin/gcc-14", "").mode = 0755;
  files.symlink("/r/usr/bin/gcc", "gcc-14");
  files.symlink("/r/usr/bin/awk", "/etc/alternatives/awk"); // of the root, not of the host
  files.symlink("/r/etc/alternatives/awk", "/usr/bin/gawk");
  files.file("/r/usr/bin/gawk", "").mode = 0755;
  files.symlink("/r/usr/bin/host", "/usr/bin/only-on-host");
  files.file("/usr/bin/only-on-host", "").mode = 0755;
  files.symlink("/r/bin", "usr/bin");
  files.symlink("/r/usr/bin/circle", "circle");
  files.file("/r/usr/bin/no-program", "").mode = 0644;
  CHECK(find_program(files, "/r", "gcc") == "/usr/bin/gcc");
  CHECK(find_program(files, "/r", "awk") == "/usr/bin/awk");
  CHECK_FALSE(find_program(files, "/r", "host"));
  CHECK_FALSE(find_program(files, "/r", "circle"));
  CHECK(missing_programs(files, "/r", {"gcc", "no-program", "gawk", "make"}) ==
        std::vector<std::string>{"no-program", "make"});
  CHECK(check_programs(files, "/r", {"gcc", "gawk"}, "kpatch-build", world.sink));
  CHECK_FALSE(check_programs(files, "/r", {"gcc", "make", "bc"}, "kpatch-build", world.sink));
  CHECK(world.code() == "root-tools");
  CHECK(world.error()->fault == Fault::environment);
  CHECK(world.text().find("kpatch-build needs make, bc; the root does not have them") == 0);
}

TEST_CASE("root: what identifies it", "[kernel]") {
  KernelWorld world;
  world.files.file("/r/var/lib/dpkg/status", "one");
  const auto first = root_identity(world.kernel_context, "/r", "GCC");
  CHECK(first.size() == 64);
  CHECK(first == root_identity(world.kernel_context, "/r", "GCC"));
  CHECK(first != root_identity(world.kernel_context, "/r", "GCC 2"));
  world.files.file("/r/var/lib/dpkg/status", "two");
  CHECK(first != root_identity(world.kernel_context, "/r", "GCC"));
  world.files.file("/rpm/var/lib/rpm/rpmdb.sqlite", "db");
  CHECK(root_identity(world.kernel_context, "/rpm", "GCC").size() == 64);
  CHECK(world.sink.all().empty());
  CHECK(root_identity(world.kernel_context, "/empty", "GCC").empty());
  CHECK(world.code() == "root-database");
}
