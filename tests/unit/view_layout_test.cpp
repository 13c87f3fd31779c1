// SPDX-License-Identifier: GPL-2.0-only
//
// The command line of kpb-enter and bubblewrap: it alone determines what a builder can see and write to.
#include "core/kernel/view_layout.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>

#include <algorithm>

using namespace kpb;
using Words = std::vector<std::string>;

namespace {

ViewLayout layout() {
  ViewLayout out;
  out.enter = "/libexec/kpb-enter";
  out.kernel = "/s/kernels/K";
  out.tree = {{"/t/tree", "/s/kernels/K/tree"}, "/v/tree", "/v/tree-work"};
  out.cache = {{"/t/cache"}, "/v/cache", "/v/cache-work"};
  out.input = "/v/input";
  out.output = "/w/built";
  return out;
}

// What is bound where, in its order, as "OPTION FROM AT".
Words binds(const Words& words) {
  Words out;
  for (size_t i = 0; i + 2 < words.size() && words[i] != "--chdir"; ++i)
    if (words[i] == "--bind" || words[i] == "--ro-bind")
      out.push_back(words[i] + " " + words[i + 1] + " " + words[i + 2]);
  return out;
}

bool has(const Words& words, const Words& part) {
  return std::search(words.begin(), words.end(), part.begin(), part.end()) != words.end();
}

struct Confined : kpb_test::World {
  Confined() {
    files.file("/usr/bin/bwrap", "").mode = 0755;
    REQUIRE(confinement.missing().empty());
  }
  Confinement confinement{context};
};

} // namespace

TEST_CASE("view: what of a build root a build sees, and in which protection", "[view]") {
  Confined world;
  world.files.directory("/srv/root/home");
  world.files.file("/proc/keys", "");
  auto wanted = layout();
  wanted.root = "/srv/root";
  const auto words = enter_command(wanted, &world.confinement, {"make", "-s", "--", "x y"});
  CHECK(Words(words.begin(), words.begin() + 11) ==
        Words{"/libexec/kpb-enter", "--overlay", "/t/tree:/s/kernels/K/tree", "/v/tree",
              "/v/tree-work", "--overlay", "/t/cache", "/v/cache", "/v/cache-work", "--",
              "/usr/bin/bwrap"});
  for (const char* option : {"--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc",
                             "--unshare-uts", "--die-with-parent"})
    CHECK(has(words, {option}));
  CHECK(has(words, {"--cap-drop", "ALL"}));
  CHECK(has(words, {"--tmpfs", "/home"}));
  CHECK_FALSE(has(words, {"--tmpfs", "/root"})); // it has none
  CHECK(binds(words) ==
        Words{"--ro-bind /srv/root /", "--ro-bind /dev/null /proc/keys",
              "--ro-bind /usr/libexec/kpb/kpb-enter /dev/kpb-enter", "--bind /v/tree /mnt/kpb/tree",
              "--bind /v/cache /mnt/kpb/cache", "--ro-bind /s/kernels/K /mnt/kpb/kernel",
              "--ro-bind /v/input /mnt/kpb/input", "--bind /w/built /mnt/kpb/output"});
  CHECK(has(words, {"--chdir", "/mnt/kpb/tree", "--", "/dev/kpb-enter", "--first", "--", "make",
                    "-s", "--", "x y"}));
}

TEST_CASE("view: of this system its programs are seen, with a cache that is new", "[view]") {
  Confined world;
  world.files.directory("/root");
  world.files.directory("/home");
  auto wanted = layout();
  wanted.cache = {{}, "/t/cache", ""};
  const auto words = enter_command(wanted, &world.confinement, {"true"});
  CHECK(std::count(words.begin(), words.end(), "--overlay") == 1);
  CHECK(binds(words) ==
        Words{"--ro-bind /usr /usr", "--ro-bind /usr/libexec/kpb/kpb-enter /dev/kpb-enter",
              "--bind /v/tree /mnt/kpb/tree", "--bind /t/cache /mnt/kpb/cache",
              "--ro-bind /s/kernels/K /mnt/kpb/kernel", "--ro-bind /v/input /mnt/kpb/input",
              "--bind /w/built /mnt/kpb/output"});
  CHECK(has(words, {"--remount-ro", "/", "--chdir"}));
}

TEST_CASE("view: a copy is confined too, unless the user wants it otherwise", "[view]") {
  Confined world;
  ViewLayout wanted;
  wanted.enter = "/libexec/kpb-enter";
  wanted.hold = "/s/copy.running";
  wanted.copy = "/s/copy";
  wanted.kernel = "/s/kernels/K";
  wanted.output = "/w/built";
  wanted.places.tree = "/s/copy/tree";
  const auto words = enter_command(wanted, &world.confinement, {"true"});
  CHECK(Words(words.begin(), words.begin() + 5) ==
        Words{"/libexec/kpb-enter", "--hold", "/s/copy.running", "--", "/usr/bin/bwrap"});
  const auto bound = binds(words);
  CHECK(Words(bound.end() - 3, bound.end()) == Words{"--ro-bind /s/kernels/K /s/kernels/K",
                                                     "--bind /s/copy /s/copy",
                                                     "--bind /w/built /w/built"});
  CHECK(enter_command(wanted, nullptr, {"true"}) == Words{"/libexec/kpb-enter", "--hold",
                                                          "/s/copy.running", "--chdir",
                                                          "/s/copy/tree", "--", "true"});
}

TEST_CASE("confinement: why there is none", "[view]") {
  kpb_test::World world;
  {
    Confinement none(world.context);
    CHECK(none.missing() == "bubblewrap (bwrap) is not installed");
  }
  world.files.file("/usr/bin/bwrap", "").mode = 0755;
  Confinement confinement(world.context);
  world.processes.act = [&](const ProcessCommand& command) {
    const auto& words = command.arguments;
    const bool net = std::find(words.begin(), words.end(), "--unshare-net") != words.end();
    world.processes.outcome.exit_status = net ? 1 : 0;
    world.processes.outcome.output = net ? "bwrap: loopback: Operation not permitted\n" : "";
  };
  CHECK(confinement.missing() ==
        "there are no network namespaces here: bwrap: loopback: Operation not permitted");
  CHECK(confinement.refusal(confinement.missing()).fault == Fault::environment);
}

TEST_CASE("view: the environment is the same for everybody", "[view]") {
  CHECK(view_environment({"CACHEDIR=/c"}) ==
        Words{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
              "HOME=/mnt/kpb/no-home", "LC_ALL=C", "TZ=UTC", "TMPDIR=/tmp", "SHELL=/bin/sh",
              "USER=kpb", "LOGNAME=kpb", "CACHEDIR=/c"});
}
