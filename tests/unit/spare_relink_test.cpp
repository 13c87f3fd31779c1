// SPDX-License-Identifier: GPL-2.0-only
//
// The shell function that replaces patch in kpatch-build, in a real bash with the real patch and
// lsdiff: files whose content is as before get their old time again, and no others.
#include "core/system/process.hpp"
#include "spare_relink.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>

namespace {

constexpr const char* k_change = "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1,2 +1,2 @@\n a\n-b\n+B\n"
                                 "--- /dev/null\n+++ b/fs/new.c\n@@ -0,0 +1 @@\n+n\n";

class Place {
public:
  Place() {
    for (const char* name : {"tree", "tree/fs", "pristine", "pristine/fs", "input"})
      directory.directory(name);
    for (const std::string tree : {"tree", "pristine"}) {
      directory.file(tree + "/fs/x.c", "a\nb\n");
      directory.file(tree + "/fs/other.c", "a\n");
    }
    directory.file("input/patch-001.patch", k_change);
    run("touch -d @946684800 tree/fs/* pristine/fs/*");
  }
  // Runs the script in tree/, as kpatch-build does.
  std::string run(const std::string& script) {
    const kpb::NoInterrupts none;
    const auto outcome = kpb::make_real_process_runner(none)->run(
        {{"/bin/bash", "-c", script},
         directory.path(),
         {"PATH=/usr/bin:/bin",
          kpb::builders::spare_relink(directory / "tree", directory / "pristine",
                                      directory / "input")}});
    REQUIRE(outcome);
    return std::to_string(outcome->exit_status) + " " + outcome->output;
  }
  std::string time_of(const std::string& path) { return run("stat -c %Y " + path); }

  kpb_test::TemporaryDirectory directory;
};

constexpr const char* k_apply = "cd tree; patch -N -p1 < ../input/patch-001.patch";
constexpr const char* k_revert = "patch -p1 -R -d tree < input/patch-001.patch";
constexpr const char* k_old = "0 946684800\n";

bool installed() {
  return ::access("/bin/bash", X_OK) == 0 && ::access("/usr/bin/patch", X_OK) == 0 &&
         ::access("/usr/bin/lsdiff", X_OK) == 0;
}

} // namespace

TEST_CASE("relink: a file that is as it was has its old time", "[builders]") {
  if (!installed())
    SKIP("bash, patch or lsdiff is not installed");
  Place place;
  CHECK(place.run(k_apply) == "0 patching file fs/x.c\npatching file fs/new.c\n");
  CHECK(place.time_of("tree/fs/x.c") != k_old); // make compiles what was patched
  CHECK(place.run(k_revert) == "0 patching file fs/x.c\npatching file fs/new.c\n");
  CHECK(place.directory.content("tree/fs/x.c") == "a\nb\n");
  CHECK_FALSE(place.directory.has("tree/fs/new.c"));
  CHECK(place.time_of("tree/fs/x.c") == k_old);
}

TEST_CASE("relink: of several patches, too", "[builders]") {
  if (!installed())
    SKIP("bash, patch or lsdiff is not installed");
  Place place;
  place.directory.file("input/patch-002.patch",
                       "--- a/fs/other.c\n+++ b/fs/other.c\n@@ -1,1 +1,2 @@\n a\n+b\n");
  place.run(k_apply);
  place.run("cd tree; patch -N -p1 < ../input/patch-002.patch");
  place.run("patch -p1 -R -d tree < input/patch-002.patch");
  CHECK(place.time_of("tree/fs/other.c") == k_old);
  CHECK(place.time_of("tree/fs/x.c") != k_old);
  place.run(k_revert);
  CHECK(place.time_of("tree/fs/x.c") == k_old);
}

TEST_CASE("relink: a file that differs keeps its new time", "[builders]") {
  if (!installed())
    SKIP("bash, patch or lsdiff is not installed");
  Place place;
  place.run(k_apply);
  place.run("echo c >>tree/fs/x.c");
  CHECK(place.run(k_revert).substr(0, 2) == "0 ");
  CHECK(place.directory.content("tree/fs/x.c") == "a\nb\nc\n");
  CHECK(place.time_of("tree/fs/x.c") != k_old);
}

TEST_CASE("relink: what the patches do not name is left alone", "[builders]") {
  if (!installed())
    SKIP("bash, patch or lsdiff is not installed");
  Place place;
  place.run("touch tree/fs/other.c");
  place.run(k_apply);
  place.run(k_revert);
  CHECK(place.time_of("tree/fs/other.c") != k_old);
}

TEST_CASE("relink: patch's own status and words come through", "[builders]") {
  if (!installed())
    SKIP("bash, patch or lsdiff is not installed");
  Place place;
  place.run("echo other >tree/fs/x.c");
  CHECK(place.run(std::string(k_apply) + " >/dev/null; echo $?") == "0 1\n");
  CHECK(place.run("patch --version | grep -c '^GNU patch'") == "0 1\n");
}
