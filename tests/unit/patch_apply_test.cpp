// SPDX-License-Identifier: GPL-2.0-only
//
// Applies patches to a small tree with the real git and patch: what kpb and both programs agree on,
// and every way in which they do not.
#include "core/base/text.hpp"
#include "core/patch/apply_check.hpp"
#include "memory_world.hpp"
#include "temporary_directory.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <cstdlib>

using namespace kpb;
using kpb_test::TemporaryDirectory;

namespace {

// Ten different lines.
const std::string k_file = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

std::string change(const std::string& hunk, const std::string& path = "fs/x.c") {
  return "--- a/" + path + "\n+++ b/" + path + "\n" + hunk;
}
const std::string k_good = change("@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\n");

struct Tree {
  TemporaryDirectory top;
  kpb_test::FakeEnvironment environment;
  std::unique_ptr<FileSystem> files = make_real_filesystem();
  NoInterrupts interrupts;
  std::unique_ptr<ProcessRunner> processes = make_real_process_runner(interrupts);
  CollectingSink sink;
  std::string path;

  Tree() {
    path = top.directory("tree");
    top.directory("tree/fs");
    top.directory("tmp");
    top.file("tree/fs/x.c", k_file);
    environment.variables["TMPDIR"] = top / "tmp";
    environment.variables["PATH"] = "/usr/bin:/bin";
  }

  std::optional<ApplyReport> check(const std::vector<std::string>& contents,
                                   std::string* read_as = nullptr) {
    std::vector<Patch> patches;
    std::vector<std::string> stored;
    Workspace workspace(*files, environment, "kpb-", "");
    for (const auto& content : contents) {
      stored.push_back("inputs/" + std::to_string(stored.size() + 1) + ".patch");
      auto patch =
          read_patch(read_as == nullptr ? content : *read_as, stored.back().substr(7), sink);
      INFO(content);
      REQUIRE(patch);
      patches.push_back(*patch);
      REQUIRE(workspace.write(stored.back(), content));
    }
    Tools tools(*files, environment, *processes);
    auto report = check_applies(patches, stored, path, workspace, tools, *files, sink);
    CHECK(static_cast<bool>(report) == (sink.first_error() == nullptr));
    return report;
  }
  // "CODE WHERE: WHAT; WHY" of the error.
  std::string error() const {
    const Diagnostic* e = sink.first_error();
    return e == nullptr ? "" : e->code + " " + e->where + ": " + e->what + "; " + e->why;
  }
};

std::string refused(const std::vector<std::string>& contents) {
  Tree tree;
  CHECK_FALSE(tree.check(contents));
  REQUIRE(tree.sink.first_error() != nullptr);
  CHECK(tree.sink.first_error()->fault == Fault::input);
  CHECK(tree.top.content("tree/fs/x.c") == k_file);
  return tree.error();
}

bool begins(const std::string& text, const std::string& start) { return text.starts_with(start); }

} // namespace

TEST_CASE("apply: agreed, and the tree is as before", "[apply]") {
  Tree tree;
  const auto report = tree.check(
      {k_good + "diff --git a/fs/new/n.c b/fs/new/n.c\nnew file mode 100755\n--- /dev/null\n+++ "
                "b/fs/new/n.c\n@@ -0,0 +1 @@\n+a\n"});
  INFO(tree.error());
  REQUIRE(report);
  CHECK(tree.sink.all().empty());
  CHECK(report->files == std::vector<std::string>{"fs/new/n.c", "fs/x.c"});
  CHECK(report->offsets.empty());
  CHECK(tree.top.content("tree/fs/x.c") == k_file);
  CHECK_FALSE(tree.top.has("tree/fs/new"));
}

TEST_CASE("apply: git and GNU patch read a backup's name as kpb does", "[apply]") {
  const std::string suffix = GENERATE("~why", ".orig", ".org");
  const bool kept = GENERATE(false, true); // whether the backup is in the tree, too
  CAPTURE(suffix, kept);
  Tree tree;
  if (kept)
    tree.top.file("tree/fs/x.c" + suffix, k_file);
  const auto report =
      tree.check({"--- a/fs/x.c" + suffix + k_good.substr(std::string("--- a/fs/x.c").size())});
  INFO(tree.error());
  REQUIRE(report);
  CHECK(report->files == std::vector<std::string>{"fs/x.c"});
}

TEST_CASE("apply: patches apply one on the other, in order", "[apply]") {
  const std::string next = change("@@ -4,3 +4,3 @@\n four\n-FIVE\n+5\n six\n");
  const std::string gone =
      "--- a/fs/x.c\n+++ /dev/null\n@@ -1,10 +0,0 @@\n-one\n-two\n-three\n-four\n"
      "-5\n-six\n-seven\n-eight\n-nine\n-ten\n";
  Tree tree;
  const auto report = tree.check({k_good, next, gone});
  INFO(tree.error());
  CHECK(report);
  CHECK(begins(refused({next, k_good}), "patch-does-not-apply 1.patch:3:1"));
}

TEST_CASE("apply: offsets are told with their numbers", "[apply]") {
  Tree tree;
  const auto report = tree.check(
      {change("@@ -2,3 +2,3 @@\n four\n-five\n+FIVE\n six\n@@ -6,3 +6,3 @@\n eight\n-nine\n"
              "+NINE\n ten\n")});
  REQUIRE(report);
  REQUIRE(report->offsets.size() == 2);
  CHECK(report->offsets[0].path == "fs/x.c");
  CHECK(report->offsets[0].hunk == 1);
  CHECK(report->offsets[0].line == 4);
  CHECK(report->offsets[0].offset == 2);
  REQUIRE(tree.sink.all().size() == 1);
  const Diagnostic& warning = tree.sink.all()[0];
  CHECK(warning.severity == Severity::warning);
  CHECK(warning.code == "patch-offset");
  CHECK(warning.where == "1.patch:3:1");
  CHECK(warning.what == "2 hunks land at another place than the patch says");
  CHECK(warning.why == "fs/x.c hunk 1 at line 4 (+2), fs/x.c hunk 2 at line 8 (+2)");
}

TEST_CASE("apply: an offset upwards is negative", "[apply]") {
  Tree tree;
  const auto report = tree.check({change("@@ -6,3 +6,3 @@\n four\n-five\n+FIVE\n six\n")});
  REQUIRE(report);
  REQUIRE(report->offsets.size() == 1);
  CHECK(report->offsets[0].offset == -2);
}

TEST_CASE("apply: fuzz is refused", "[apply]") {
  const std::string text =
      refused({change("@@ -3,5 +3,5 @@\n THREE\n four\n-five\n+FIVE\n six\n seven\n")});
  CHECK(begins(text, "patch-needs-fuzz 1.patch: the patch applies only with fuzz"));
  CHECK(text.find("with fuzz 1") != std::string::npos);
}

TEST_CASE("apply: fuzz is refused, whatever git does", "[apply]") {
  Tree tree;
  const std::string bin = tree.top.directory("bin");
  tree.top.file("bin/git",
                "#!/bin/sh\ncase \"$*\" in *numstat*) exec /usr/bin/git \"$@\" ;; esac\n"
                "for last; do :; done\nexec patch -s -p1 --no-backup-if-mismatch -i \"$last\"\n",
                0755);
  tree.environment.variables["PATH"] = bin + ":/usr/bin:/bin";
  CHECK_FALSE(tree.check({change("@@ -3,5 +3,5 @@\n THREE\n four\n-five\n+FIVE\n six\n seven\n")}));
  CHECK(begins(tree.error(),
               "patch-disagreement 1.patch: git applies the patch, but GNU patch does not"));
}

TEST_CASE("apply: a hunk without context is at the end of the file for git", "[apply]") {
  CHECK(begins(refused({change("@@ -1 +1 @@\n-one\n+ONE\n")}),
               "patch-disagreement 1.patch: GNU patch would apply the patch, but git does not"));
}

TEST_CASE("apply: a patch that is in the tree is not needed", "[apply]") {
  const std::string text = refused({change("@@ -4,3 +4,3 @@\n four\n-FIVE\n+five\n six\n")});
  CHECK(begins(text, "patch-not-needed 1.patch: "));
  CHECK(text.find("this kernel already contains it (the reverse patch applies)") !=
        std::string::npos);
  // Also for a file that the patch creates or deletes.
  std::string whole =
      "--- /dev/null\n+++ b/fs/x.c\n@@ -0,0 +1,10 @@\n+" + replace_all(k_file, "\n", "\n+");
  whole.pop_back();
  CHECK(begins(refused({whole}), "patch-not-needed"));
  CHECK(begins(refused({"--- a/fs/y.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"}), "patch-not-needed"));
}

TEST_CASE("apply: what does not fit the tree", "[apply]") {
  CHECK(begins(
      refused({change("@@ -4,3 +4,3 @@\n four\n-fife\n+FIVE\n six\n")}),
      "patch-does-not-apply 1.patch:3:1: the patch does not apply to 'fs/x.c'; hunk 1 (line 4)"));
  CHECK(begins(refused({change("@@ -1 +1 @@\n-a\n+b\n", "fs/y.c")}),
               "patch-file-missing 1.patch:1:1"));
  CHECK(begins(refused({"--- /dev/null\n+++ b/fs/x.c\n@@ -0,0 +1 @@\n+a\n"}),
               "patch-file-exists 1.patch:1:1"));
  CHECK(begins(refused({change("@@ -1 +1 @@\n-a\n+b\n", "fs")}), "patch-file-missing"));
}

TEST_CASE("apply: nothing is patched through a symlink", "[apply]") {
  for (const char* path : {"link.c", "dir/x.c"}) {
    Tree tree;
    tree.top.symlink("tree/link.c", "fs/x.c");
    tree.top.symlink("tree/dir", "fs");
    CHECK_FALSE(tree.check({change("@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\n", path)}));
    CHECK(begins(tree.error(), "patch-symlink 1.patch:1:1"));
  }
  Tree tree; // also for a file that the patch creates
  tree.top.symlink("tree/dir", "/etc");
  CHECK_FALSE(tree.check({"--- /dev/null\n+++ b/dir/x.c\n@@ -0,0 +1 @@\n+a\n"}));
  CHECK(begins(tree.error(), "patch-symlink"));
}

TEST_CASE("apply: what git reads and kpb did not is refused", "[apply]") {
  // The reader would refuse these texts; here it is made to read another text instead.
  const auto disagreed = [](const std::string& text, std::string read_as) {
    Tree tree;
    tree.top.file("tree/fs/y.c", k_file);
    CHECK_FALSE(tree.check({text}, &read_as));
    return tree.error();
  };
  const std::string other = change("@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\n", "fs/y.c");
  CHECK(
      begins(disagreed(k_good + other, k_good), "patch-disagreement 1.patch: git reads the patch"));
  CHECK(begins(disagreed(other, k_good), "patch-disagreement 1.patch: git reads"));
  CHECK(begins(disagreed("words\n", k_good), "patch-disagreement 1.patch: git does not take"));
  // GNU patch would apply the indented half, git ignores it.
  const std::string made = "  --- /dev/null\n  +++ b/fs/n.c\n  @@ -0,0 +1 @@\n  +a\n";
  CHECK(begins(disagreed(k_good + "\n" + made, k_good),
               "patch-disagreement 1.patch: GNU patch changes other files"));
}

TEST_CASE("apply: a hunk that fits in two places must mean one", "[apply]") {
  // git starts its search at the new line number, GNU patch at the old one.
  const std::string same = "a\nb\nc\nx\ny\nz\na\nb\nc\nx\ny\nz\na\nb\nc\n";
  const std::string text = change("@@ -2,3 +8,3 @@\n a\n-b\n+B\n c\n");
  std::string read_as = change("@@ -2,3 +2,3 @@\n a\n-b\n+B\n c\n");
  Tree tree;
  tree.top.file("tree/fs/x.c", same);
  CHECK_FALSE(tree.check({text}, &read_as));
  CHECK(begins(tree.error(),
               "patch-disagreement 1.patch: git and GNU patch produce different files"));
}

TEST_CASE("apply: a repository around the workspace changes nothing", "[apply]") {
  Tree tree;
  REQUIRE(std::system(("git init -q '" + tree.top.path() + "'").c_str()) == 0);
  CHECK(tree.check({k_good}));
  CHECK(tree.error() == "");
}

TEST_CASE("apply: a missing program is the environment's fault", "[apply]") {
  for (const char* missing : {"git", "patch"}) {
    Tree tree;
    const std::string bin = tree.top.directory("bin");
    for (const char* name : {"git", "patch"})
      if (std::string(name) != missing)
        tree.top.file(std::string("bin/") + name, "#!/bin/sh\n", 0755);
    tree.environment.variables["PATH"] = bin;
    CHECK_FALSE(tree.check({k_good}));
    CHECK(begins(tree.error(), "tool-missing : " + std::string(missing) + " is not installed"));
    CHECK(tree.sink.first_error()->fault == Fault::environment);
  }
}

TEST_CASE("apply: GNU patch refusing what git took is told", "[apply]") {
  Tree tree;
  const std::string bin = tree.top.directory("bin");
  tree.top.file("bin/patch", "#!/bin/sh\necho 'no, thank you'\nexit 1\n", 0755);
  tree.environment.variables["PATH"] = bin + ":/usr/bin:/bin";
  CHECK_FALSE(tree.check({k_good}));
  CHECK(begins(tree.error(),
               "patch-disagreement 1.patch: git applies the patch, but GNU patch does "
               "not; it says: 'no, thank you'"));
}

TEST_CASE("apply: a hunk that claims an end of its file that is none is refused", "[apply]") {
  // Less context after the change than before it, which diff only writes at the end of a file; and
  // the marker for the end of a file.
  for (const char* hunk :
       {"@@ -3,4 +3,4 @@\n three\n four\n-five\n+FIVE\n six\n",
        "@@ -4,3 +4,3 @@\n four\n-five\n+FIVE\n six\n\\ No newline at end of file\n"})
    CHECK(begins(refused({change(hunk)}),
                 "patch-disagreement 1.patch: git applies the patch, but GNU patch does not"));
  Tree tree; // at the end of the file the same claim is true
  CHECK(tree.check({change("@@ -7,4 +7,4 @@\n seven\n eight\n-nine\n+NINE\n ten\n")}));
}

TEST_CASE("apply: what cannot be copied is told, and an interrupt is silent", "[apply]") {
  kpb_test::World world;
  world.files.file("/usr/bin/git", "#!").mode = 0755;
  world.files.file("/usr/bin/patch", "#!").mode = 0755;
  world.files.file("/tree/fs/x.c", k_file);
  const auto patch = read_patch(k_good, "x", world.sink);
  REQUIRE(patch);
  const auto run = [&](size_t fail_at) {
    auto files = world.files;
    files.fail_at = fail_at;
    files.fail_errno = ENOSPC;
    CollectingSink sink;
    Workspace workspace(files, world.environment, "kpb-", "");
    Tools tools(files, world.environment, world.processes);
    CHECK_FALSE(check_applies({*patch}, {"inputs/x"}, "/tree", workspace, tools, files, sink));
    if (sink.first_error() != nullptr)
      CHECK(sink.first_error()->fault != Fault::tool);
    return std::pair(files.calls.size(), sink.all().size());
  };
  world.processes.outcome.interrupted = true;
  const auto [calls, told] = run(0);
  CHECK(told == 0);
  size_t failed = 0;
  for (size_t call = 1; call <= calls; ++call)
    failed += run(call).second;
  CHECK(failed > 10);
}
