// SPDX-License-Identifier: GPL-2.0-only
//
// The reader of patches: the result for good ones, and every refusal with its code and place.
#include "core/base/text.hpp"
#include "core/patch/patch.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <chrono>

using namespace kpb;

namespace {

const std::string k_hunk = "@@ -1,3 +1,3 @@ int f(void)\n a\n-b\n+B\n c\n";
const std::string k_names = "--- a/fs/x.c\n+++ b/fs/x.c\n";
const std::string k_git = "diff --git a/fs/x.c b/fs/x.c\nindex 0123abc..4567def 100644\n";

Patch good(const std::string& content) {
  CollectingSink sink;
  auto patch = read_patch(content, "x.patch", sink);
  INFO(content);
  INFO((sink.first_error() ? sink.first_error()->what + "; " + sink.first_error()->why : ""));
  REQUIRE(patch);
  CHECK(sink.all().empty());
  return *patch;
}

Diagnostic refusal(const std::string& content) {
  CollectingSink sink;
  INFO(content.substr(0, 2000));
  CHECK_FALSE(read_patch(content, "x.patch", sink));
  REQUIRE(sink.all().size() == 1);
  CHECK(sink.all()[0].fault == Fault::input);
  return sink.all()[0];
}

// "CODE WHERE", with the place but without the file name.
std::string refused(const std::string& content) {
  const Diagnostic error = refusal(content);
  CHECK(error.where.starts_with("x.patch"));
  return error.code + " " + error.where.substr(std::string("x.patch").size());
}

std::string named(const std::string& name) {
  return "--- " + name + "\n+++ " + name + "\n" + k_hunk;
}

} // namespace

TEST_CASE("patch: files, hunks, counts and lines", "[patch]") {
  const Patch patch =
      good("From 1234 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] x\n\nWords.\n---\n"
           " fs/x.c | 2 +-\n 1 file changed\n\n" +
           k_git + k_names + k_hunk + "@@ -10,2 +10,3 @@\n x\n+y\n z\n" + "-- \n2.39.5\n\n");
  CHECK(patch.shown_path == "x.patch");
  REQUIRE(patch.files.size() == 1);
  const PatchedFile& file = patch.files[0];
  CHECK(file.kind == PatchedFile::Kind::change);
  CHECK(file.old_path == "fs/x.c");
  CHECK(file.new_path == "fs/x.c");
  CHECK(file.line == 9);
  CHECK(file.added() == 2);
  CHECK(file.deleted() == 1);
  REQUIRE(file.hunks.size() == 2);
  CHECK(file.hunks[0].line == 13);
  CHECK(file.hunks[0].heading == "int f(void)");
  CHECK(file.hunks[0].lines() == std::vector<std::string_view>{" a", "-b", "+B", " c"});
  CHECK(file.hunks[1].old_start == 10);
  CHECK(file.hunks[1].old_count == 2);
  CHECK(file.hunks[1].new_start == 10);
  CHECK(file.hunks[1].new_count == 3);
  CHECK(patch.where(file.hunks[1].line) == "x.patch:18:1");
}

TEST_CASE("patch: new and deleted files", "[patch]") {
  const Patch patch =
      good("diff --git a/fs/n.c b/fs/n.c\nnew file mode 100644\nindex 000..123\n"
           "--- /dev/null\n+++ b/fs/n.c\n@@ -0,0 +1,2 @@\n+a\n+b\n"
           "diff --git a/fs/o.c b/fs/o.c\ndeleted file mode 100755\nindex 123..000\n"
           "--- a/fs/o.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
  REQUIRE(patch.files.size() == 2);
  CHECK(patch.files[0].kind == PatchedFile::Kind::create);
  CHECK(patch.files[0].old_path.empty());
  CHECK(patch.files[0].path() == "fs/n.c");
  CHECK(patch.files[1].kind == PatchedFile::Kind::remove);
  CHECK(patch.files[1].new_path.empty());
  CHECK(patch.files[1].path() == "fs/o.c");
  CHECK(good("--- /dev/null\t1970-01-01 00:00:00.000000000 +0000\n+++ b/fs/n.c\t2024-01-31 "
             "12:00:00.000000000 +0100\n@@ -0,0 +1 @@\n+a\n")
            .files[0]
            .kind == PatchedFile::Kind::create);
}

TEST_CASE("patch: other forms that are read", "[patch]") {
  const std::string form = GENERATE(
      as<std::string>(), k_git + k_names + k_hunk,
      "diff -up a/fs/x.c b/fs/x.c\n" + k_names + k_hunk,
      "--- linux-6.1.orig/fs/x.c\t2024-01-31 12:00:00.000000000 +0000\n"
      "+++ linux-6.1/fs/x.c\t2024-01-31 12:00:01 -0500\n" +
          k_hunk,
      "Index: linux-6.1/fs/x.c\n====================\n--- linux-6.1.orig/fs/x.c\n+++ "
      "linux-6.1/fs/x.c\n" +
          k_hunk,
      "diff --git a/fs/x.c b/fs/x.c\nold mode 100644\nnew mode 100755\n" + k_names + k_hunk,
      k_names + "@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n",
      k_names + "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n",
      k_names + "@@ -1,2 +1,2 @@\n-a\n+b\n c\n\\ No newline at end of file\n",
      k_names + "@@ -1,3 +1,3 @@\n a\n-b\n+B\n\n", // an editor removed the blank
      k_names + "@@ -1,2 +1 @@\n a\n--- b\n",
      "Words, without a diff of their own:\n--- interrupt: 700 at 0x1234\n *** DEADLOCK ***\n"
      " +++ exited with 0 +++\n Index: 5\n\n" +
          k_names + k_hunk);
  const Patch patch = good(form);
  REQUIRE(patch.files.size() == 1);
  CHECK(patch.files[0].path() == "fs/x.c");
}

TEST_CASE("patch: the name of the copy before the change is the file's", "[patch]") {
  const std::string suffix =
      GENERATE(as<std::string>(), "~", "~why", "~proc-say-it", ".orig", ".org");
  const Patch patch = good("--- a/fs/x.c" + suffix + "\n+++ b/fs/x.c\n" + k_hunk);
  REQUIRE(patch.files.size() == 1);
  CHECK(patch.files[0].path() == "fs/x.c");
  CHECK(patch.files[0].old_path == "fs/x.c");
  CHECK(patch.files[0].kind == PatchedFile::Kind::change);
}

TEST_CASE("patch: other pairs of names are two files", "[patch]") {
  const auto [before, after] = GENERATE(table<std::string, std::string>({
      {"fs/x.c", "fs/x.c~why"},
      {"fs/x.c", "fs/x.c.orig"},
      {"fs/x.c.new", "fs/x.c"},
      {"fs/x.c.orig.orig", "fs/x.c"},
      {"fs/x.c~a/y.c", "fs/x.c"},
      {"fs/y.c~why", "fs/x.c"},
  }));
  CAPTURE(before, after);
  CHECK(refusal("--- a/" + before + "\n+++ b/" + after + "\n" + k_hunk).code == "patch-names");
}

TEST_CASE("patch: a deleted line that looks like a header is a line", "[patch]") {
  const Patch patch = good(k_names + "@@ -1,2 +1,2 @@\n a\n--- a/fs/y.c\n+++ b/fs/y.c\n");
  REQUIRE(patch.files.size() == 1);
  CHECK(patch.files[0].added() == 1);
  CHECK(patch.files[0].deleted() == 1);
}

TEST_CASE("patch: file names that are refused", "[patch]") {
  const auto [name, code] = GENERATE(table<std::string, std::string>({
      {"b/../escape", "patch-path-outside"},
      {"../fs/x.c", "patch-path-outside"},
      {"b/fs/../../x", "patch-path-outside"},
      {"b//etc/x", "patch-path-slashes"},
      {"b/fs//x.c", "patch-path-slashes"},
      {"/etc/passwd", "patch-path-absolute"},
      {"/", "patch-path-absolute"},
      {"//dev/null", "patch-path-absolute"},
      {"./fs/x.c", "patch-path-dot"},
      {"b/fs/./x.c", "patch-path-dot"},
      {"b/fs/x.c/", "patch-path-prefix"},
      {"b/", "patch-path-prefix"},
      {"x.c", "patch-path-prefix"},
      {"", "patch-path-prefix"},
      {"b/.git/hooks/post-checkout", "patch-path-git"},
      {"b/.GIT/config", "patch-path-git"},
      {"\"b/\\tmp/x\"", "patch-path-control"},
      {"\"b/fs/\\012x\"", "patch-path-control"},
      {"\"b/\\056\\056/x\"", "patch-path-outside"},
      {"\"b/..\\057x\"", "patch-path-outside"},
      {"\"\\057etc/x\"", "patch-path-absolute"},
      {"\"b/fs/\\303\\244.c\"", "patch-path-characters"},
      {"\"b/fs/x.c\"", "patch-path-quoted"},
      {"\"b/fs/x.c", "patch-path-quoted"},
      {"\"b/fs/\\400\"", "patch-path-quoted"},
      {"\"b/fs/\\9\"", "patch-path-quoted"},
      {"\"b/fs/\\", "patch-path-quoted"},
      {"b/fs/a b.c", "patch-path-characters"},
      {"b/fs/$(id).c", "patch-path-characters"},
      {"b/fs/x;y.c", "patch-path-characters"},
      {"b/fs/*.c", "patch-path-characters"},
      {"b/fs/x.c 2024-01-31 12:00:00", "patch-path-characters"},
      {"b/fs/\xc3\xa4.c", "patch-path-characters"},
      {"b/-rf", "patch-path-characters"},
      {"b/fs/\x1b[2J", "patch-path-control"},
      {"b/" + std::string(241, 'x'), "patch-path-long"},
  }));
  CAPTURE(name);
  CHECK(refused(named(name)) == code + " :1:5");
  CHECK(refused("--- a/fs/x.c\n+++ " + name + "\n" + k_hunk) == code + " :2:5");
}

TEST_CASE("patch: names at the limit, and of a kernel's tree", "[patch]") {
  for (const std::string& name :
       {"b/" + std::string(240, 'x'), std::string("b/arch/arm64/boot/dts/ti/k3-am62,x@1.dtsi"),
        std::string("b/a..b/..c"), std::string("b/.gitignore"), std::string("a/.git.c")})
    CHECK(good(named(name)).files[0].path() == name.substr(2));
}

TEST_CASE("patch: headers that are not complete or contradict themselves", "[patch]") {
  const std::string git = "diff --git a/fs/x.c b/fs/x.c\n";
  const auto [content, expected] = GENERATE_COPY(table<std::string, std::string>({
      {"+++ b/fs/x.c\n" + k_hunk, "patch-header :2:1"},
      {"--- a/fs/x.c\n" + k_hunk, "patch-header :2:1"},
      {"Index: fs/x.c\n" + k_hunk, "patch-header :2:1"},
      {"Index: a/fs/x.c\n=====\n" + k_hunk, "patch-header :3:1"},
      {"Index: a/fs/x.c\n=====\nwords\n" + k_names + k_hunk, "patch-header :3:1"},
      {"Index: a/fs/x.c\n=====\n", "patch-header "},
      {"Index: fs/x.c\n", "patch-header "},
      {"--- a/fs/x.c\n", "patch-header "},
      {"Index: a/fs/y.c\n=====\n" + k_names + k_hunk, "patch-names :3:1"},
      {"Index: a/fs/y.c\n" + k_names + k_hunk, "patch-names :2:1"},
      {k_hunk, "patch-header :1:1"},
      {"Prereq: 1.2\n" + k_names + k_hunk, "patch-header :1:1"},
      {"--- /dev/null\n+++ /dev/null\n" + k_hunk, "patch-header :2:1"},
      {"--- a/fs/x.c\n+++ b/fs/y.c\n" + k_hunk, "patch-names :2:5"},
      {"--- a/fs/x.c.old\n+++ b/fs/x.c\n" + k_hunk, "patch-names :2:5"},
      {git + "words\n" + k_names + k_hunk, "patch-header :2:1"},
      {git + "index xyz..123\n" + k_names + k_hunk, "patch-header :2:1"},
      {git + "index 123..456\nindex 123..456\n" + k_names + k_hunk, "patch-header :3:1"},
      {git + "index 123..456\n+++ b/fs/x.c\n" + k_hunk, "patch-header :3:1"},
      {git + "index 123..456\n--- a/fs/x.c\n" + k_hunk, "patch-header :4:1"},
      {git + "index 123..456\n", "patch-header :1:1"},
      {git, "patch-header :1:1"},
      {git + "--- a/fs/y.c\n+++ b/fs/y.c\n" + k_hunk, "patch-header :1:1"},
      {git + "new file mode 100644\n" + k_names + k_hunk, "patch-header :1:1"},
      {git + "deleted file mode 100644\n" + k_names + k_hunk, "patch-header :1:1"},
      {git + "index 0000000..e454acd 100644\n" + k_names + k_hunk, "patch-header :1:1"},
      {git + "index e454acd..0000000\n" + k_names + k_hunk, "patch-header :1:1"},
      {git + "--- /dev/null\n+++ b/fs/x.c\n@@ -0,0 +1 @@\n+a\n", "patch-header :1:1"},
      {git + "--- a/fs/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "patch-header :1:1"},
      {"diff --git a/fs/x.c\n" + k_names + k_hunk, "patch-header :1:1"},
      {"diff --git a/fs/x.c b/fs/y.c\n" + k_names + k_hunk, "patch-rename :1:1"},
      {"diff --git a/../x b/../x\n" + k_names + k_hunk, "patch-path-outside :1:12"},
      {"diff --git a/fs/x.c b//etc/x\n" + k_names + k_hunk, "patch-path-slashes :1:21"},
      {"--- a/fs/x.c\t1970-01-01 00:00:00 +0000\n+++ b/fs/x.c\n" + k_hunk, "patch-date :1:14"},
      {"--- a/fs/x.c\t1969-12-31 19:00:00 -0500\n+++ b/fs/x.c\n" + k_hunk, "patch-date :1:14"},
      {"--- a/fs/x.c\tThu Jan  1 00:00:00 1970\n+++ b/fs/x.c\n" + k_hunk, "patch-date :1:14"},
      {"--- a/fs/x.c\t(revision 5)\n+++ b/fs/x.c\n" + k_hunk, "patch-date :1:14"},
  }));
  CHECK(refused(content) == expected);
}

TEST_CASE("patch: kinds of change that make no module", "[patch]") {
  const std::string git = "diff --git a/fs/x.c b/fs/x.c\n";
  const auto [content, expected] = GENERATE_COPY(table<std::string, std::string>({
      {git + "old mode 100644\nnew mode 100755\n", "patch-mode-only :1:1"},
      {git + "old mode 100644\nnew mode 104755\n", "patch-mode-setuid :3:10"},
      {git + "old mode 100644\nnew mode 102755\n" + k_names + k_hunk, "patch-mode-setuid :3:10"},
      {git + "index 1..2 101644\n" + k_names + k_hunk, "patch-mode-setuid :2:12"},
      {git + "new file mode 120000\n--- /dev/null\n+++ b/fs/x.c\n@@ -0,0 +1 @@\n+/etc/passwd\n",
       "patch-mode-symlink :2:15"},
      {git + "index 1..2 120000\n" + k_names + k_hunk, "patch-mode-symlink :2:12"},
      {git + "deleted file mode 160000\n", "patch-mode-submodule :2:19"},
      {git + "index 1..2 160000\n" + k_names + k_hunk, "patch-mode-submodule :2:12"},
      {git + "new file mode 100666\n", "patch-mode :2:15"},
      {git + "new file mode x\n", "patch-mode :2:15"},
      {"diff --git a/fs/x.c b/fs/y.c\nsimilarity index 100%\nrename from fs/x.c\nrename to fs/y.c\n",
       "patch-rename-only :1:1"},
      {"diff --git a/fs/x.c b/fs/y.c\nsimilarity index 100%\ncopy from fs/x.c\ncopy to fs/y.c\n",
       "patch-rename-only :1:1"},
      {"diff --git a/fs/x.c b/fs/y.c\nsimilarity index 90%\nrename from fs/x.c\nrename to fs/y.c\n"
       "--- a/fs/x.c\n+++ b/fs/y.c\n" +
           k_hunk,
       "patch-rename :1:1"},
      {git + "new file mode 100644\nindex 0000000..e69de29\n", "patch-no-hunks :1:1"},
      {git + "deleted file mode 100644\nindex e69de29..0000000\n", "patch-no-hunks :1:1"},
      {git + "index 1..2 100644\nGIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\n",
       "patch-binary :3:1"},
      {git + "index 1..2 100644\nBinary files a/fs/x.c and b/fs/x.c differ\n", "patch-binary :3:1"},
      {"Binary files a/fs/x and b/fs/x differ\n" + k_names + k_hunk, "patch-binary :1:1"},
      {k_names, "patch-no-hunks :1:1"},
      {k_names + "\n", "patch-no-hunks :1:1"},
      {k_names + "diff --git a/fs/y.c b/fs/y.c\n", "patch-no-hunks :1:1"},
  }));
  CHECK(refused(content) == expected);
}

TEST_CASE("patch: what GNU patch would find in words", "[patch]") {
  const std::string diff = k_names + k_hunk;
  const auto [content, expected] = GENERATE_COPY(table<std::string, std::string>({
      {replace_all("  " + k_names + k_hunk, "\n", "\n  "), "patch-indented :1:1"},
      {"\t" + k_names + diff, "patch-indented :1:1"},
      {"X--- a/fs/y.c\nX+++ b/fs/y.c\n" + diff, "patch-indented :1:1"},
      {"- --- a/fs/y.c\n+++ b/fs/y.c\n" + diff, "patch-indented :1:1"},
      {"words\n  diff --git a/fs/y.c b/fs/y.c\n" + diff, "patch-indented :2:1"},
      {"words\n  @@ -1 +1 @@\n" + diff, "patch-indented :2:1"},
      {"*** a/fs/x.c\n--- b/fs/x.c\n***************\n*** 1,3 ****\n", "patch-not-unified :1:1"},
      {"********\n *** 1,3 ****\n" + diff, "patch-not-unified :1:1"},
      {"2c2\n< b\n---\n> B\n", "patch-not-unified :1:1"},
      {"1,2c3,4\n" + diff, "patch-not-unified :1:1"},
      {" 5d \n" + diff, "patch-not-unified :1:1"},
      {"1a\n!touch x\n.\nw\n", "patch-not-unified :1:1"},
      {"1s/.//\n" + diff, "patch-not-unified :1:1"},
      {diff + "-- \n2.39.5\n3d\n", "patch-not-unified :10:1"},
  }));
  CHECK(refused(content) == expected);
}

TEST_CASE("patch: hunks that do not hold what they say", "[patch]") {
  const auto [hunks, expected] = GENERATE(table<std::string, std::string>({
      {"@@ -1,3 +1,3 @@\n a\n-b\n+B\n", "patch-hunk-count :7:1"},
      {"@@ -1,3 +1,3 @@\n a\n-b\n+B\n c", "patch-cut :7:1"},
      {"@@ -1,3 +1,3 @@\n", "patch-hunk-count :4:1"},
      {"@@ -1,4 +1,3 @@\n a\n-b\n+B\n c\n", "patch-hunk-count :8:1"},
      {"@@ -1,3 +1,4 @@\n a\n-b\n+B\n c\n", "patch-hunk-count :8:1"},
      {"@@ -1,2 +1,2 @@\n a\n-b\n+B\n c\n", "patch-hunk-count :7:1"},
      {"@@ -1,2 +1,2 @@\n a\n-b\n+B\n+C\n", "patch-hunk-count :7:1"},
      {"@@ -1,2 +1,2 @@\n a\n-b\n+B\n\n+C\n", "patch-hunk-count :8:1"},
      {"@@ -1,2 +1,2 @@\n a\n-b\n+B\n-C\n", "patch-hunk-count :7:1"},
      {"@@ -1,3 +1,3 @@\n a\n-b\nB\n c\n", "patch-hunk-count :6:1"},
      {"@@ -1,3 +1,3 @@\n\ta\n-b\n+B\n c\n", "patch-hunk-count :4:1"},
      {"@@ -1,3 +1,3 @@\n=a\n-b\n+B\n c\n", "patch-hunk-count :4:1"},
      {"@@ -1,2 +1,1 @@\n a\n+b\n c\n", "patch-hunk-count :5:1"},
      {"@@ -1,3 +1,3 @@disable\n a\n-b\n+B\n c\n", "patch-hunk-header :3:1"},
      {"@@ -1,3 +1,3\n a\n-b\n+B\n c\n", "patch-hunk-header :3:1"},
      {"@@ -1,3 +1, @@\n a\n-b\n+B\n c\n", "patch-hunk-header :3:1"},
      {"@@ -x +1 @@\n-b\n+B\n", "patch-hunk-header :3:1"},
      {"@@ --1 +1 @@\n-b\n+B\n", "patch-hunk-header :3:1"},
      {"@@ -0 +1 @@\n-b\n+B\n", "patch-hunk-header :3:1"},
      {"@@ -99999999999999999999 +1 @@\n-b\n+B\n", "patch-hunk-header :3:1"},
      {"@@ -1,99999999999 +1 @@\n-b\n+B\n", "patch-hunk-header :3:1"},
      {"@@@ -1,3 -1,3 +1,3 @@@\n  a\n", "patch-hunk-header :3:1"},
      {"@@ -1 +1 @@\n-a\n+b\n@@ +5 @@\n", "patch-hunk-header :6:1"},
      {"@@ -1,2 +1,2 @@\n a\n b\n", "patch-hunk-empty :3:1"},
      {"@@ -5,0 +5,0 @@\n", "patch-hunk-empty :3:1"},
      {"@@ -1,2 +1,2 @@\n-a\n+a\n b\n", "patch-hunk-empty :3:1"},
      {"@@ -1,2 +1,2 @@\n-a\n-b\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n",
       "patch-hunk-empty :3:1"},
      {"@@ -0,0 +1 @@\n+a\n", "patch-hunk-kind :3:1"},
      {"@@ -1 +0,0 @@\n-a\n", "patch-hunk-kind :3:1"},
      {"@@ -5,2 +5,2 @@\n a\n-a\n+b\n@@ -6 +6 @@\n-a\n+b\n", "patch-hunk-order :7:1"},
      {"@@ -5,2 +5,2 @@\n a\n-a\n+b\n@@ -1 +1 @@\n-a\n+b\n", "patch-hunk-order :7:1"},
      {"@@ -4,0 +5 @@\n+b\n", "patch-hunk-context :3:1"},
      {"@@ -4 +4 @@\n-a\n+b\n", "patch-hunk-context :3:1"},
      {"@@ -2,2 +2,2 @@\n-a\n+b\n c\n", "patch-hunk-context :3:1"},
      {"@@ -1 +1 @@\n-a\n+b\n@@ -8,2 +8,2 @@\n a\n-a\n+b\n", "patch-hunk-context :3:1"},
      {"@@ -1,2 +1,2 @@\n a\n-a\n+b\n@@ -8,2 +8,2 @@\n a\n-a\n+b\n", "patch-hunk-context :3:1"},
      {"@@ -5 +6 @@\n-a\n+b\n", "patch-hunk-numbers :3:1"},
      {"@@ -5,3 +5,4 @@\n a\n-a\n+b\n+c\n a\n@@ -9,2 +9,2 @@\n a\n-a\n+b\n",
       "patch-hunk-numbers :9:1"},
      {"@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n", "patch-hunk-end :4:1"},
      {"@@ -1,2 +1 @@\n-a\n\\ No newline at end of file\n-c\n+b\n", "patch-hunk-end :6:1"},
      {"@@ -1 +1 @@\n-a\n+b\n\\ Kein Zeilenumbruch am Dateiende.\n", "patch-hunk-end :6:1"},
      {"@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file\n\\ No newline at end of file\n",
       "patch-hunk-end :7:1"},
  }));
  CHECK(refused(k_names + hunks) == expected);
}

TEST_CASE("patch: a name among the words, and a new file", "[patch]") {
  const std::string made = "--- /dev/null\n+++ b/fs/n.c\n@@ -0,0 +1 @@\n+a\n";
  CHECK(refused("--- a/fs/x.c\n\n" + made) == "patch-names :3:1");
  CHECK(refused("--- \"a/fs/x.c\"\n\n" + made) == "patch-names :3:1");
  // The lines of an oops are not file names, and "diff --git" makes GNU patch forget a name.
  good("--- interrupt: 3 ---\n\n" + made);
  good("--- a/fs/x.c\n\ndiff --git a/fs/n.c b/fs/n.c\nnew file mode 100644\n" + made);
  good("--- a/fs/y.c\n\n" + k_names + k_hunk);
}

TEST_CASE("patch: new and deleted files have one hunk of one side", "[patch]") {
  const std::string create = "--- /dev/null\n+++ b/fs/x.c\n";
  CHECK(refused(create + "@@ -1 +1 @@\n-a\n+b\n") == "patch-hunk-kind :3:1");
  CHECK(refused(create + "@@ -0,0 +1 @@\n+a\n@@ -0,0 +2 @@\n+b\n") == "patch-hunk-kind :5:1");
  CHECK(refused("--- a/fs/x.c\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n") == "patch-hunk-kind :3:1");
}

TEST_CASE("patch: a file comes once", "[patch]") {
  CHECK(refused(k_names + k_hunk + k_names + k_hunk) == "patch-file-twice :8:1");
  CHECK(good(k_names + k_hunk + named("b/fs/y.c")).files.size() == 2);
}

TEST_CASE("patch: line ends, bytes, nothing at all", "[patch]") {
  const std::string diff = k_names + k_hunk;
  CHECK(refused(replace_all(diff, "\n", "\r\n")) == "patch-line-ends :1:13");
  CHECK(refused(replace_all(diff, "B\n", "B\r\n")) == "patch-line-ends :6:3");
  CHECK(refusal(replace_all(diff, "\n", "\r\n")).hint.find("dos2unix") != std::string::npos);
  CHECK(refused("") == "patch-not-a-diff ");
  CHECK(refused("\n") == "patch-not-a-diff ");
  CHECK(refused("words\n") == "patch-not-a-diff ");
  CHECK(refused(diff + std::string("\0", 1)) == "patch-not-a-diff ");
  CHECK(refused(diff + "-- \n2.39.5") == "patch-cut :9:1");
}

TEST_CASE("patch: limits, each within and beyond, quickly", "[patch]") {
  const auto many = [](size_t count, const auto& part) {
    std::string out;
    for (size_t i = 1; i <= count; ++i)
      out += part(i);
    return out;
  };
  const auto hunk = [](size_t i) {
    const std::string at = std::to_string(3 * i - 2) + ",3";
    return "@@ -" + at + " +" + at + " @@\n a\n-a\n+b\n a\n";
  };
  const auto file = [](size_t i) { return named("b/fs/" + std::to_string(i) + ".c"); };
  CHECK(good(k_names + many(100000, hunk)).files[0].hunks.size() == 100000);
  CHECK(refused(k_names + many(100001, hunk)) == "patch-too-large :500003:1");
  CHECK(good(many(1000, file)).files.size() == 1000);
  CHECK(refused(many(1001, file)) == "patch-too-large ");
  const auto line = [](size_t size) {
    return k_names + "@@ -1 +1 @@\n-a\n+" + std::string(size - 1, 'x') + "\n";
  };
  CHECK(good(line(1024 * 1024)).files.size() == 1);
  CHECK(refused(line(1024 * 1024 + 1)) == "patch-too-large :5:1");

  const std::string huge = k_names + std::string(200ULL * 1024 * 1024, '\n');
  const auto begin = std::chrono::steady_clock::now();
  CHECK(refused(huge) == "patch-too-large ");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(100));
}
