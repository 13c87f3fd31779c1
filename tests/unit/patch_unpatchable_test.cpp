// SPDX-License-Identifier: GPL-2.0-only
//
// What no live patch can bring in, recognised by file names and by the text of hunks.
#include "core/base/text.hpp"
#include "core/patch/warn_unpatchable.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;

namespace {

std::string change(const std::string& path,
                   const std::string& hunk = "@@ -1,3 +1,3 @@ int f(void)\n a\n-b\n+B\n c\n") {
  return "--- a/" + path + "\n+++ b/" + path + "\n" + hunk;
}

// "CODE WHERE ..." of all messages, with '!' before an error.
std::string told(const std::vector<std::string>& contents) {
  std::vector<Patch> patches;
  CollectingSink sink;
  for (const auto& content : contents) {
    auto patch = read_patch(content, std::to_string(patches.size() + 1), sink);
    REQUIRE(patch);
    patches.push_back(*patch);
  }
  const bool good = warn_unpatchable(patches, sink);
  CHECK(good == (sink.first_error() == nullptr));
  std::string out;
  for (const Diagnostic& d : sink.all()) {
    CHECK_FALSE(d.why.empty());
    CHECK_FALSE(d.hint.empty());
    out += (d.severity == Severity::error ? "!" : "") + d.code + " " + d.where + " ";
  }
  return out;
}

const std::string k_code = change("fs/x.c");

} // namespace

TEST_CASE("unpatchable: code is not", "[patch]") {
  for (const char* path : {"fs/x.c", "include/linux/x.h", "arch/x86/lib/x.c", "fs/lib/x.c",
                           "drivers/x/Kconfigured/x.c", "fs/init.c", "README"})
    CHECK(told({change(path)}) == "");
}

TEST_CASE("unpatchable: each class beside code is a warning, alone an error", "[patch]") {
  const auto [path, code] = GENERATE(table<std::string, std::string>({
      {"lib/string.c", "unpatchable-lib"},
      {"lib/raid6/x.c", "unpatchable-lib"},
      {"arch/x86/entry/entry_64.S", "unpatchable-assembly"},
      {"lib/x.S", "unpatchable-assembly"},
      {"arch/x86/entry/vdso/vclock_gettime.c", "unpatchable-vdso"},
      {"arch/arm64/kernel/vdso32/note.c", "unpatchable-vdso"},
      {"arch/x86/realmode/rm/wakemain.c", "unpatchable-realmode"},
      {"fs/Kconfig", "unpatchable-kconfig"},
      {"lib/Kconfig.debug", "unpatchable-kconfig"},
      {"fs/Makefile", "unpatchable-makefile"},
      {"Makefile", "unpatchable-makefile"},
      {"Kbuild", "unpatchable-makefile"},
      {"Documentation/admin-guide/x.txt", "unpatchable-documentation"},
      {"MAINTAINERS", "unpatchable-documentation"},
  }));
  CAPTURE(path);
  CHECK(told({change(path) + k_code}) == code + " 1:1:1 ");
  CHECK(told({k_code, change(path)}) == code + " 2:1:1 ");
  CHECK(told({change(path)}) == code + " 1:1:1 !patch-nothing-patchable 1:1:1 ");
}

TEST_CASE("unpatchable: an interface to programs is warned of, and can be built", "[patch]") {
  CHECK(told({change("include/uapi/linux/x.h")}) == "unpatchable-uapi 1:1:1 ");
  CHECK(told({change("arch/x86/include/uapi/asm/x.h")}) == "unpatchable-uapi 1:1:1 ");
}

TEST_CASE("unpatchable: a file that is deleted", "[patch]") {
  const std::string gone = "--- a/fs/y.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
  CHECK(told({gone}) == "unpatchable-deleted 1:1:1 !patch-nothing-patchable 1:1:1 ");
  CHECK(told({gone + k_code}) == "unpatchable-deleted 1:1:1 ");
}

TEST_CASE("unpatchable: one warning a class, with a count", "[patch]") {
  CHECK(told({change("lib/a.c") + change("fs/Kconfig") + change("lib/b.c") + k_code}) ==
        "unpatchable-lib 1:1:1 unpatchable-kconfig 1:8:1 ");
  CollectingSink sink;
  const auto patch = read_patch(change("lib/a.c") + change("lib/b.c"), "x", sink);
  REQUIRE(patch);
  warn_unpatchable({*patch}, sink);
  CHECK(sink.all()[0].what.find("'lib/a.c' and 1 more") != std::string::npos);
}

TEST_CASE("unpatchable: __init functions, by the hunk's text", "[patch]") {
  const auto [hunk, line] = GENERATE(table<std::string, int>({
      {"@@ -5,3 +5,3 @@ static int __init f(void)\n a\n-b\n+B\n c\n", 5},
      {"@@ -5,3 +5,3 @@ static void __exit f(void)\n a\n-b\n+B\n c\n", 5},
      {"@@ -5,3 +5,3 @@\n int __init f(int a,\n-\tint b)\n+\tlong b)\n {\n", 5},
      {"@@ -5,4 +5,4 @@\n static int __init\n f(void)\n {\n-\tb();\n+\tB();\n", 7},
      {"@@ -5,1 +5,4 @@\n }\n+static int __init f(void)\n+{\n+}\n", 5},
      // Not __init changes, for one reason each.
      {"@@ -5,3 +5,3 @@ static int f(void)\n a\n-b\n+B\n c\n", 0},
      {"@@ -5,3 +5,3 @@ static int __initial f(void)\n a\n-b\n+B\n c\n", 0},
      {"@@ -5,3 +5,3 @@ static int __init f(void)\n }\n-b\n+B\n c\n", 0},
      {"@@ -5,4 +5,4 @@ static int __init f(void)\n static int g(void)\n {\n-\tb();\n+\tB();\n }\n",
       0},
      {"@@ -5,3 +5,3 @@ static int g(void)\n int __init f(void);\n-\tb();\n+\tB();\n \td();\n", 0},
      {"@@ -5,3 +5,3 @@ static int g(void)\n static int x __initdata = 5;\n-b\n+B\n c\n", 0},
  }));
  CAPTURE(hunk);
  const std::string place = "unpatchable-init 1:" + std::to_string(line) + ":1 ";
  CHECK(told({change("fs/x.c", hunk)}) ==
        (line == 0 ? "" : place + "!patch-nothing-patchable 1:" + std::to_string(line) + ":1 "));
  // Together with a change of other code it is only a warning.
  CHECK(told({change("fs/x.c", hunk) + change("fs/y.c")}) == (line == 0 ? "" : place));
}
