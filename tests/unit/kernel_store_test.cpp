// SPDX-License-Identifier: GPL-2.0-only
//
// The store: where it is, what counts as a kernel, and who must not be disturbed.
#include "kernel_world.hpp"

#include "temporary_directory.hpp"

#include <sys/wait.h>

using namespace kpb;
using kpb_test::KernelWorld;

namespace {

std::string directory_of(KernelWorld& world, const std::optional<std::string>& given = {}) {
  return store_directory(world.kernel_context, given, /*make=*/false).value_or("");
}

void put_kernel(KernelWorld& world, const std::string& id, const std::string& release,
                const std::string& key) {
  world.files.file("/store/kernels/" + id + "/kernel.json",
                   "{\"schema\": \"kpb.kernel/1\", \"release\": \"" + release + "\", \"key\": \"" +
                       key + "\", \"root\": \"/r\"}");
}

} // namespace

TEST_CASE("store: where it is", "[kernel]") {
  KernelWorld world;
  CHECK(directory_of(world) == "");
  CHECK(world.code() == "kernel-store");
  world.environment.variables["HOME"] = "/home/u";
  CHECK(directory_of(world) == "/home/u/.cache/kpb");
  world.environment.variables["XDG_CACHE_HOME"] = "relative";
  CHECK(directory_of(world) == "/home/u/.cache/kpb");
  world.environment.variables["XDG_CACHE_HOME"] = "/var/tmp/cache";
  CHECK(directory_of(world) == "/var/tmp/cache/kpb");
  world.environment.variables["KPB_STORE"] = "/store";
  CHECK(directory_of(world) == "/store");
  CHECK(directory_of(world, "mine") == "/cwd/mine");
  CHECK_FALSE(world.files.has("/cwd/mine"));
  CHECK(store_directory(world.kernel_context, "deep/mine", /*make=*/true) == "/cwd/deep/mine");
  CHECK(world.files.nodes["/cwd/deep/mine"].mode == 0700);
  world.files.directory("/open", 0777);
  CHECK(directory_of(world, "/open") == "");
  CHECK(world.sink.all().back().code == "kernel-store-unsafe");
}

TEST_CASE("store: what is no kernel is not seen", "[kernel]") {
  KernelWorld world;
  put_kernel(world, "6.1-aaaaaaaa", "6.1", "aaaaaaaa11");
  put_kernel(world, ".making-x", "6.1", "bb");
  world.files.directory("/store/kernels/empty");
  world.files.file("/store/kernels/half/kernel.json", "{\"schema\": \"kpb.kern");
  world.files.file("/store/kernels/other/kernel.json",
                   "{\"schema\": \"kpb.kernel/2\", \"key\": \"a\"}");
  world.files.file("/store/kernels/file", "");
  CHECK(world.visible() == std::vector<std::string>{"6.1-aaaaaaaa"});
  KernelStore store(world.kernel_context, "/store");
  CHECK(store.find("6.1")->root == "/r");
  // The next addition removes what is not a kernel, but keeps what a newer kpb has made.
  REQUIRE(store.begin() != nullptr);
  CHECK_FALSE(world.files.has("/store/kernels/empty"));
  CHECK_FALSE(world.files.has("/store/kernels/half"));
  CHECK(world.files.has("/store/kernels/other"));
  CHECK(world.files.has("/store/kernels/file"));
  CHECK(world.visible() == std::vector<std::string>{"6.1-aaaaaaaa"});
}

TEST_CASE("store: finding one", "[kernel]") {
  KernelWorld world;
  put_kernel(world, "6.1-aaaaaaaa", "6.1", "aaaaaaaa11");
  put_kernel(world, "6.2-bbbbbbbb", "6.2", "bbbbbbbb22");
  put_kernel(world, "6.2-cccccccc", "6.2", "cccccccc33");
  put_kernel(world, "5.14.0-1.el9.x86_64-dddddddd", "5.14.0-1.el9.x86_64", "dddddddd44");
  KernelStore store(world.kernel_context, "/store");
  const auto id = [&](const std::string& name) {
    const auto kernel = store.find(name);
    return kernel ? kernel->id : "";
  };
  CHECK(id("6.1") == "6.1-aaaaaaaa");
  CHECK(id("6.2-cccccccc") == "6.2-cccccccc");
  CHECK(id("cccccccc") == "6.2-cccccccc");
  CHECK(id("5.14.0-1.el9") == "5.14.0-1.el9.x86_64-dddddddd");
  CHECK(world.sink.all().empty());
  CHECK(store.find_key("bbbbbbbb22")->id == "6.2-bbbbbbbb");
  CHECK_FALSE(store.find_key("bbbbbbbb"));
  CHECK(world.sink.all().empty());
  CHECK(id("6.2") == "");
  CHECK(world.code() == "kernel-ambiguous");
  CHECK(world.text().find("6.2-bbbbbbbb") != std::string::npos);
  CHECK(world.text().find("6.2-cccccccc") != std::string::npos);
  CHECK(id("ccccccc") == ""); // seven digits are too few
  CHECK(world.sink.all().back().code == "kernel-unknown");
}

TEST_CASE("store: a kernel in use stays", "[kernel]") {
  KernelWorld world;
  put_kernel(world, "6.1-aaaaaaaa", "6.1", "aaaaaaaa11");
  KernelStore store(world.kernel_context, "/store");
  const auto kernel = store.find("6.1");
  REQUIRE(kernel);
  {
    const auto one = store.lock(*kernel, /*exclusive=*/false);
    const auto two = store.lock(*kernel, /*exclusive=*/false);
    REQUIRE(one);
    REQUIRE(two);
    CHECK_FALSE(store.remove(*kernel));
    CHECK(world.code() == "kernel-locked");
    CHECK(world.error()->fault == Fault::locked);
    CHECK(static_cast<int>(Fault::locked) == 75);
  }
  {
    const auto changing = store.lock(*kernel, /*exclusive=*/true);
    CHECK_FALSE(store.lock(*kernel, /*exclusive=*/false));
  }
  CHECK(store.remove(*kernel));
  CHECK_FALSE(world.files.has("/store/kernels/6.1-aaaaaaaa"));
  CHECK(world.files.names("/store/kernels").empty());
}

TEST_CASE("store: who holds a lock is alive", "[kernel]") {
  KernelWorld world;
  world.files.directory("/proc/17");
  world.files.directory("/proc/18");
  world.files.file("/lock", "17 builds\n99 builds\nx y\n18 uses it\n17 builds\n18\n");
  CHECK(living_holders(world.files, "/lock") == "pid 17, which builds and pid 18, which uses it");
  CHECK(living_holders(world.files, "/none").empty());
}

TEST_CASE("files: locks of two processes", "[files]") {
  const auto files = make_real_filesystem();
  kpb_test::TemporaryDirectory temp;
  const std::string path = temp / "lock";
  int gate[2];
  REQUIRE(::pipe(gate) == 0);
  auto held = files->lock(path, /*exclusive=*/false, "1 a");
  REQUIRE(held);
  const pid_t child = ::fork();
  if (child == 0) {
    // The child does not inherit our lock: it can take another shared lock, but not an exclusive
    // one.
    const auto shared = make_real_filesystem()->lock(path, false, "2 b");
    const auto exclusive = make_real_filesystem()->lock(path, true, "3 c");
    ::_exit(shared && !exclusive && exclusive.error().number == EWOULDBLOCK ? 0 : 1);
  }
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(temp.content("lock") == "1 a\n2 b\n");
  held->reset();
  const auto exclusive = files->lock(path, /*exclusive=*/true, "4 d");
  REQUIRE(exclusive);
  CHECK(temp.content("lock") == "4 d\n");
  // A lock file that was removed meanwhile is held by nobody.
  REQUIRE(::unlink(path.c_str()) == 0);
  CHECK(files->lock(path, /*exclusive=*/true, "5 e"));
  temp.symlink("link", "lock");
  CHECK_FALSE(files->lock(temp / "link", true, "x"));
}

TEST_CASE("files: written in pieces, and gone unless committed", "[files]") {
  const auto files = make_real_filesystem();
  kpb_test::TemporaryDirectory temp;
  {
    auto file = files->create(temp / "a", 0640);
    REQUIRE(file);
    CHECK((*file)->write("one "));
    CHECK((*file)->write("two"));
    CHECK((*file)->commit(12345));
  }
  CHECK(temp.content("a") == "one two");
  CHECK(temp.mode("a") == 0640);
  CHECK(files->stat(temp / "a")->mtime == 12345);
  {
    auto file = files->create(temp / "b", 0644);
    CHECK((*file)->write("half"));
  }
  CHECK_FALSE(temp.has("b"));
  CHECK(files->create(temp / "a", 0644).error().number == EEXIST);
  temp.symlink("l", "nowhere");
  CHECK_FALSE(files->create(temp / "l", 0644));
  CHECK(files->read_link(temp / "l") == "nowhere");
  CHECK(files->make_symlink("../x", temp / "m"));
  CHECK(files->read_link(temp / "m") == "../x");
  char bytes[8] = {};
  const auto file = files->open(temp / "a");
  REQUIRE(file);
  CHECK((*file)->read_at(4, bytes, 8) == 3U);
  CHECK((*file)->read_at(100, bytes, 8) == 0U);
  CHECK((*file)->read_at(UINT64_MAX, bytes, 8) == 0U);
  temp.fifo("p");
  CHECK_FALSE(files->open(temp / "p"));
  CHECK_FALSE(files->open(temp.path()));
  CHECK(files->sync_all(temp.path()));
}
