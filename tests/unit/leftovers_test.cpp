// SPDX-License-Identifier: GPL-2.0-only
//
// What a run holds, and what of dead runs is removed, on real directories. tests/cli/after_kill.sh has the
// runs that are killed.
#include "core/system/filesystem.hpp"
#include "temporary_directory.hpp"

#include <cerrno>

using namespace kpb;
using kpb_test::TemporaryDirectory;

namespace {

const Leftovers k_directories = {Leftovers::Kind::directories, "kpb-", ".x"};
const Leftovers k_files = {Leftovers::Kind::files, ".kpb-", ".tmp", 4};

} // namespace

TEST_CASE("leftovers: a directory stays while its run lives", "[leftovers]") {
  const auto files = make_real_filesystem();
  TemporaryDirectory temp;
  auto held = files->make_held_directory(temp.path(), "kpb-", ".x");
  REQUIRE(held);
  REQUIRE(files->write_new(held->path + "/file", "x", 0644, false));
  REQUIRE(files->make_directory(held->path + "/d", 0755));
  CHECK(files->sweep(temp.path(), k_directories) == 0);
  CHECK(files->stat(held->path + "/file"));
  held->lock.reset();
  CHECK(files->sweep(temp.path(), k_directories) == 1);
  CHECK_FALSE(files->stat(held->path));
  CHECK(files->sweep(temp / "none", k_directories) == 0);
}

TEST_CASE("leftovers: a file stays while its run lives", "[leftovers]") {
  const auto files = make_real_filesystem();
  TemporaryDirectory temp;
  auto held = files->write_held(temp / ".kpb-0a1b.tmp", "content", 0640);
  REQUIRE(held);
  CHECK(temp.content(".kpb-0a1b.tmp") == "content");
  CHECK(temp.mode(".kpb-0a1b.tmp") == 0640);
  CHECK(files->sweep(temp.path(), k_files) == 0);
  // One that has its final name by now is no leftover, whoever took its old name meanwhile.
  CHECK(files->rename(temp / ".kpb-0a1b.tmp", temp / "final"));
  temp.file(".kpb-0a1b.tmp");
  CHECK(files->sweep(temp.path(), k_files) == 1);
  CHECK(temp.has("final"));
  const auto again = files->write_held(temp / "final", "x", 0644);
  REQUIRE_FALSE(again);
  CHECK(again.error().number == EEXIST);
  CHECK(temp.content("final") == "content");
}

TEST_CASE("leftovers: only what kpb has made", "[leftovers]") {
  const auto files = make_real_filesystem();
  TemporaryDirectory temp;
  temp.directory("kpb-abcdef.x", 0700); // the user's own: a workspace has the sticky bit, too
  temp.directory("kpb-abcdeF.x", 01700);
  temp.directory("kpb-abcdefg.x", 01700);
  temp.directory("kpb-abcdef.y", 01700);
  temp.directory("elsewhere", 01700);
  temp.symlink("kpb-000000.x", "elsewhere");
  temp.file("kpb-111111.x");
  temp.directory(".kpb-aaaa.tmp");
  temp.symlink(".kpb-bbbb.tmp", "kpb-111111.x");
  temp.fifo(".kpb-cccc.tmp");
  temp.file(".kpb-dddd.tmp.own");
  CHECK(files->sweep(temp.path(), k_directories) == 0);
  CHECK(files->sweep(temp.path(), k_files) == 0);
  temp.directory("kpb-fedcba.x", 01700); // the control
  temp.file(".kpb-eeee.tmp");
  CHECK(files->sweep(temp.path(), k_directories) == 1);
  CHECK(files->sweep(temp.path(), k_files) == 1);
  CHECK(files->list(temp.path())->size() == 11);
}
