// SPDX-License-Identifier: GPL-2.0-only
//
// The command line of kpb-enter, word for word: it alone determines what a builder can see and
// write to.
#include "core/kernel/view_layout.hpp"

#include <catch2/catch_test_macros.hpp>

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

} // namespace

TEST_CASE("view: the whole command line of a build", "[view]") {
  auto wanted = layout();
  wanted.root = "/srv/root";
  CHECK(enter_command(wanted, {"make", "-s", "--", "x y"}) == Words{"/libexec/kpb-enter",
                                                                    "--root",
                                                                    "/srv/root",
                                                                    "--tmpfs",
                                                                    "/tmp",
                                                                    "--tmpfs",
                                                                    "/mnt",
                                                                    "--make-dir",
                                                                    "/mnt/kpb",
                                                                    "--make-dir",
                                                                    "/mnt/kpb/tree",
                                                                    "--make-dir",
                                                                    "/mnt/kpb/cache",
                                                                    "--make-dir",
                                                                    "/mnt/kpb/kernel",
                                                                    "--make-dir",
                                                                    "/mnt/kpb/input",
                                                                    "--make-dir",
                                                                    "/mnt/kpb/output",
                                                                    "--overlay",
                                                                    "/t/tree:/s/kernels/K/tree",
                                                                    "/v/tree",
                                                                    "/v/tree-work",
                                                                    "/mnt/kpb/tree",
                                                                    "--overlay",
                                                                    "/t/cache",
                                                                    "/v/cache",
                                                                    "/v/cache-work",
                                                                    "/mnt/kpb/cache",
                                                                    "--read-only-bind",
                                                                    "/s/kernels/K",
                                                                    "/mnt/kpb/kernel",
                                                                    "--read-only-bind",
                                                                    "/v/input",
                                                                    "/mnt/kpb/input",
                                                                    "--bind",
                                                                    "/w/built",
                                                                    "/mnt/kpb/output",
                                                                    "--chdir",
                                                                    "/mnt/kpb/tree",
                                                                    "--",
                                                                    "make",
                                                                    "-s",
                                                                    "--",
                                                                    "x y"});
}

TEST_CASE("view: of the host's own root, with a cache that is new", "[view]") {
  auto wanted = layout();
  wanted.cache = {{}, "/t/cache", ""};
  const auto words = enter_command(wanted, {"true"});
  CHECK(words[1] == "--tmpfs");
  CHECK(Words(words.begin() + 22, words.begin() + 25) ==
        Words{"--bind", "/t/cache", "/mnt/kpb/cache"});
}

TEST_CASE("view: the environment is the same for everybody", "[view]") {
  CHECK(view_environment({"CACHEDIR=/c"}) ==
        Words{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
              "HOME=/mnt/kpb/no-home", "LC_ALL=C", "TZ=UTC", "TMPDIR=/tmp", "SHELL=/bin/sh",
              "USER=kpb", "LOGNAME=kpb", "CACHEDIR=/c"});
}
