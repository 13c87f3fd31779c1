// SPDX-License-Identifier: GPL-2.0-only
//
// What the user can give: which kind it is recognised as, under which name it is stored, and every
// refusal, each an input error that says what and why.
#include "core/base/sha256.hpp"
#include "core/pipeline/inputs.hpp"
#include "memory_filesystem.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;
using kpb_test::MemoryFileSystem;

namespace {

const std::string k_diff = "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1 +1 @@\n-a\n+b\n";

BuildRequest request(std::vector<std::string> arguments) {
  BuildRequest out;
  out.arguments = std::move(arguments);
  return out;
}

InputSet read(MemoryFileSystem& files, const BuildRequest& request) {
  CollectingSink sink;
  auto set = read_inputs(request, files, sink);
  INFO((sink.first_error() ? sink.first_error()->what + "; " + sink.first_error()->why : ""));
  REQUIRE(set);
  CHECK(sink.all().empty());
  for (const Input& input : set->files) {
    CHECK(input.sha256 == sha256_hex(input.content));
    CHECK(input.stored.starts_with("inputs/"));
  }
  return *set;
}

// The only error as text; also checks its `code`.
std::string refusal(MemoryFileSystem& files, const BuildRequest& request, const std::string& code) {
  CollectingSink sink;
  CHECK_FALSE(read_inputs(request, files, sink));
  REQUIRE(sink.all().size() == 1);
  const Diagnostic& error = sink.all()[0];
  CHECK(error.fault == Fault::input);
  CHECK(error.code == code);
  return error.where + ": " + error.what + "; " + error.why + " hint: " + error.hint;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("inputs: one patch", "[inputs]") {
  MemoryFileSystem files;
  files.file("dir/livepatch-test.patch", k_diff, 1234);
  const InputSet set = read(files, request({"dir/livepatch-test.patch"}));
  CHECK(set.kind == "diff");
  CHECK_FALSE(set.directory);
  REQUIRE(set.files.size() == 1);
  CHECK(set.files[0].shown_path == "dir/livepatch-test.patch");
  CHECK(set.files[0].name == "livepatch-test.patch");
  CHECK(set.files[0].stored == "inputs/livepatch-test.patch");
  CHECK(set.files[0].content == k_diff);
  CHECK(set.files[0].mtime == 1234);
}

TEST_CASE("inputs: patches of one name do not meet, odd names are replaced", "[inputs]") {
  MemoryFileSystem files;
  files.file("a/fix.patch", k_diff);
  files.file("b/fix.patch", k_diff + "\n");
  files.file("b/f\xc3\xbcr dich (1).patch", k_diff);
  const InputSet set =
      read(files, request({"a/fix.patch", "b/fix.patch", "b/f\xc3\xbcr dich (1).patch"}));
  REQUIRE(set.files.size() == 3);
  CHECK(set.files[0].stored == "inputs/1/fix.patch");
  CHECK(set.files[1].stored == "inputs/2/fix.patch");
  CHECK(set.files[2].stored == "inputs/3/patch-3.patch");
  CHECK(set.files[2].name == "f\xc3\xbcr dich (1).patch"); // the user's own name is kept
  const InputSet one = read(files, request({"b/f\xc3\xbcr dich (1).patch"}));
  CHECK(one.files[0].stored == "inputs/patch-1.patch");
}

TEST_CASE("inputs: a diff is read strictly", "[inputs]") {
  const auto [content, code, reason] = GENERATE(table<std::string, std::string, std::string>({
      {"", "patch-not-a-diff", "x.patch: it is not a unified diff; it is empty"},
      {"hello\n", "patch-not-a-diff",
       "x.patch: it is not a unified diff; there is no '--- a/FILE'"},
      {"+++ b/x\n@@ -1 +1 @@\n", "patch-header",
       "x.patch:2:1: there is no complete unified diff header"},
      {" --- a/x\n +++ b/x\n @@ -1 +1 @@\n", "patch-indented",
       "x.patch:1:1: the patch contains an indented diff"},
      {"--- a/x\n+++ b/x\n", "patch-no-hunks", "x.patch:1:1: 'x' contains no hunks"},
      {k_diff + std::string("\0", 1), "patch-not-a-diff", "it holds binary data"},
      {std::string("\177ELF\0", 5), "patch-not-a-diff", "it holds binary data"},
  }));
  MemoryFileSystem files;
  files.file("x.patch", content);
  const std::string text = refusal(files, request({"x.patch"}), code);
  CAPTURE(content, text);
  CHECK(contains(text, reason));
}

TEST_CASE("inputs: a diff beyond the limit is not read", "[inputs]") {
  MemoryFileSystem files;
  files.file("x.patch", k_diff + std::string(k_max_patch_size, 'x'));
  CHECK(contains(refusal(files, request({"x.patch"}), "patch-too-large"), "larger than 32 MiB"));
}

TEST_CASE("inputs: what was read of a diff is kept", "[inputs]") {
  MemoryFileSystem files;
  files.file("mail", "From: x\nSubject: y\n\n" + k_diff);
  files.file("x.patch", k_diff);
  const InputSet set = read(files, request({"mail", "x.patch"}));
  CHECK(set.kind == "diff");
  REQUIRE(set.patches.size() == 2);
  CHECK(set.patches[0].shown_path == "mail");
  CHECK(set.patches[0].files[0].path() == "fs/x.c");
  CHECK(set.patches[0].files[0].line == 4);
  CHECK(set.patches[1].files[0].line == 1);
}

TEST_CASE("inputs: a diff that no builder can use is refused", "[inputs]") {
  MemoryFileSystem files;
  files.file("x.patch", "--- a/fs/Kconfig\n+++ b/fs/Kconfig\n@@ -1 +1 @@\n-a\n+b\n");
  CollectingSink sink;
  CHECK_FALSE(read_inputs(request({"x.patch"}), files, sink));
  REQUIRE(sink.all().size() == 2);
  CHECK(sink.all()[0].severity == Severity::warning);
  CHECK(sink.all()[1].code == "patch-nothing-patchable");
}

TEST_CASE("inputs: every argument is looked at", "[inputs]") {
  MemoryFileSystem files;
  files.file("good.patch", k_diff);
  files.file("bad.patch", "hello");
  files.file("m.ko", "\177ELF");
  refusal(files, request({"good.patch", "bad.patch"}), "patch-not-a-diff");
  CHECK(contains(refusal(files, request({"good.patch", "none.patch"}), "input-unreadable"),
                 "cannot read 'none.patch'; No such file or directory"));
  CHECK(contains(refusal(files, request({"good.patch", "m.ko"}), "command-line"),
                 "kpb build --module m.ko packages it"));
  CHECK(contains(refusal(files, request({"m.ko"}), "command-line"), "no patch"));
}

TEST_CASE("inputs: nothing, or too much", "[inputs]") {
  MemoryFileSystem files;
  files.file("m.ko", "\177ELF");
  files.file("x.c", "int x;");
  files.file("x.patch", k_diff);
  CHECK(contains(refusal(files, request({}), "command-line"), "nothing to build"));
  BuildRequest both = request({"x.patch"});
  both.module = "m.ko";
  CHECK(contains(refusal(files, both, "command-line"), "--module and 'x.patch' are given"));
  CHECK(contains(refusal(files, request({"x.c", "x.patch"}), "command-line"),
                 "several arguments are given with 'x.c'"));
  BuildRequest kbuild = request({"x.patch"});
  kbuild.builder = "kbuild";
  CHECK(contains(refusal(files, kbuild, "command-line"), "the builder kbuild cannot take"));
}

TEST_CASE("inputs: a module", "[inputs]") {
  MemoryFileSystem files;
  files.file("dir/live patch.ko", "\177ELF", 99);
  BuildRequest module;
  module.module = "dir/live patch.ko";
  const InputSet set = read(files, module);
  CHECK(set.kind == "module");
  CHECK(set.files[0].name == "live patch.ko");
  CHECK(set.files[0].stored == "inputs/module.ko");
  CHECK(set.files[0].mtime == 99);
  module.module = "none.ko";
  refusal(files, module, "input-unreadable");
  module.module = "dir";
  CHECK(contains(refusal(files, module, "input-unreadable"), "it is not a regular file"));
}

TEST_CASE("inputs: a C file", "[inputs]") {
  MemoryFileSystem files;
  files.file("x.c", "int x;");
  files.file("o dd.c", "int x;");
  files.file("blank.c", " \n\t\r\n");
  const InputSet set = read(files, request({"x.c"}));
  CHECK(set.kind == "source");
  CHECK_FALSE(set.directory);
  CHECK(set.files[0].stored == "inputs/x.c");
  CHECK(read(files, request({"o dd.c"})).files[0].stored == "inputs/source.c");
  CHECK(contains(refusal(files, request({"blank.c"}), "source-empty"), "'blank.c' holds no code"));
}

TEST_CASE("inputs: a directory with a Kbuild", "[inputs]") {
  MemoryFileSystem files;
  files.file("src/Kbuild", "obj-m := x.o\n", 5);
  files.file("src/x.c", "int x;", 9);
  files.file("src/include/x.h", "", 7);
  // Files that a kernel build leaves are not taken.
  for (const char* left :
       {"x.o", "x.ko", "x.mod", "x.mod.c", ".x.o.cmd", "Module.symvers", "modules.order", "lib.a",
        ".git/HEAD", ".tmp_versions/x", "x.c~", ".x.c.swp"})
    files.file(std::string("src/") + left, "");
  const InputSet set = read(files, request({"src"}));
  CHECK(set.kind == "source");
  CHECK(set.directory);
  std::string names;
  for (const Input& input : set.files)
    names += input.name + "=" + input.stored + " ";
  CHECK(names == "Kbuild=inputs/Kbuild include/x.h=inputs/include/x.h x.c=inputs/x.c ");
  CHECK(read(files, request({"src/"})).files.size() == 3);
}

TEST_CASE("inputs: directories that are refused", "[inputs]") {
  MemoryFileSystem files;
  files.directory("empty");
  CHECK(contains(refusal(files, request({"empty"}), "source-no-kbuild"), "has no Kbuild"));
  files.directory("odd/Kbuild");
  refusal(files, request({"odd"}), "source-no-kbuild");

  const auto with = [](const std::string& name) {
    MemoryFileSystem tree;
    tree.file("src/Kbuild", "");
    tree.file("src/" + name, "");
    return tree;
  };
  for (const char* name : {"a b.c", "-x.c", "sub/$(id).c", "x;y.c", "\xc3\xa4.c", "x\n.c"}) {
    auto tree = with(name);
    CHECK(contains(refusal(tree, request({"src"}), "input-name"), "because make reads them"));
  }
  auto link = with("x.c");
  link.symlink("src/y.c", "x.c");
  CHECK(contains(refusal(link, request({"src"}), "input-tree"), "no links, no devices"));
  auto fifo = with("x.c");
  fifo.nodes["/cwd/src/x.c"].type = FileInfo::Type::other;
  refusal(fifo, request({"src"}), "input-tree");
  auto large = with("x.c");
  large.nodes["/cwd/src/x.c"].size = 64ULL * 1024 * 1024 + 1;
  CHECK(contains(refusal(large, request({"src"}), "input-tree"), "64 MiB"));
  auto deep = with("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/x.c");
  CHECK(read(deep, request({"src"})).files.size() == 2);
  deep = with("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/x.c");
  CHECK(contains(refusal(deep, request({"src"}), "input-tree"), "deeper than 16 levels"));
  MemoryFileSystem many;
  many.file("src/Kbuild", "");
  for (int i = 0; i < 1999; ++i)
    many.file("src/" + std::to_string(i) + ".c", "");
  CHECK(read(many, request({"src"})).files.size() == 2000);
  many.file("src/one-more.c", "");
  CHECK(contains(refusal(many, request({"src"}), "input-tree"), "at most 2,000 files"));
}

TEST_CASE("inputs: whatever cannot be read is an input error", "[inputs]") {
  for (const auto& [argument, calls] : {std::pair<const char*, size_t>{"x.patch", 2}, {"src", 7}}) {
    size_t failed = 0;
    for (size_t call = 1;; ++call) {
      MemoryFileSystem files;
      files.file("x.patch", k_diff);
      files.file("src/Kbuild", "");
      files.file("src/sub/x.c", "");
      files.fail_at = call;
      CollectingSink sink;
      const auto set = read_inputs(request({argument}), files, sink);
      if (files.calls.size() < call)
        break;
      CAPTURE(files.calls);
      // The first call only finds out whether the argument is a directory; the next one reports.
      if (std::string(argument) == "x.patch" && call == 1)
        continue;
      CHECK_FALSE(set);
      REQUIRE(sink.all().size() == 1);
      CHECK(sink.all()[0].fault == Fault::input);
      ++failed;
    }
    CHECK(failed >= calls);
  }
}
