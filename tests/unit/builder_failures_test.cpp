// SPDX-License-Identifier: GPL-2.0-only
//
// Tests which of several matching lines is reported as the cause, the message for an unknown
// failure, when a build has succeeded, and that any log is read in linear time.
#include "builder_failure_case.hpp"
#include "plugins/common/diff_builder/log_lines.hpp"

#include <kpb/sdk/builder_limits.hpp>

#include <chrono>
#include <random>

namespace {

using namespace kpb::builders;

const std::string k_patched = "Using source directory at /mnt/kpb/tree\nBuilding original source\n"
                              "Building patched source\n";
const std::string k_compare = k_patched + "Extracting new and modified ELF sections\n";
const std::string k_compile_error = "fs/a.c:1:2: error: 'x' undeclared\n";
const std::string k_make_error = "make: *** [Makefile:236: __sub-make] Error 2\n";
const std::string k_bare = "ERROR: kpatch build failed. Check /x/build.log for more details.\n";

std::string code(const std::string& log, int status = 1, Tool tool = Tool::kpatch_build) {
  return diagnose(tool, log, status).code;
}

double seconds_for(const std::string& log) {
  const auto begin = std::chrono::steady_clock::now();
  for (const Tool tool : {Tool::kpatch_build, Tool::klp_build}) {
    CHECK_FALSE(diagnose(tool, log, 1).what.empty());
    succeeded(tool, log, 0);
  }
  changed_functions(log);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::string repeated(const std::string& text, size_t size) {
  std::string out;
  while (out.size() < size)
    out += text;
  return out;
}

} // namespace

TEST_CASE("the cause is told, not its consequences") {
  CHECK(code(k_patched + k_compile_error + k_make_error + k_bare) == "build-does-not-compile");
  CHECK(code(k_patched + k_make_error + k_bare) == "build-make");
  // With klp-build's tee, the cause may be printed after the consequence.
  CHECK(code("Building patched kernel\nerror: klp-build: patched kernel build failed\n" +
                 k_compile_error,
             1, Tool::klp_build) == "build-does-not-compile");
  CHECK(code(k_compare + "ERROR: 1 error(s) encountered.\n") == "kpatch-build-object-errors");
  CHECK(code(k_compare + "ERROR: a.o: 1 unsupported section change(s)\n"
                         "ERROR: 1 error(s) encountered.\n") == "kpatch-build-object-errors");
}

TEST_CASE("a full disk and a killed compiler come before what follows from them") {
  CHECK(code(k_patched + k_compile_error + "ld: final link failed: No space left on device\n" +
             k_make_error) == "build-no-space");
  CHECK(code(k_patched + "gcc: fatal error: Killed signal terminated program cc1\n" +
             k_make_error) == "build-no-memory");
  CHECK(code(k_patched + k_compile_error +
             "   12 |   pr_err(\"%s: No space left on device\");\n") == "build-does-not-compile");
}

TEST_CASE("of several causes the earliest is told, and other places of it are named") {
  const kpb::sdk::Diagnostic failure =
      diagnose(Tool::kpatch_build,
               "Testing patch file(s)\n"
               "ERROR: a.patch: unsupported patch to lib/: lib/a.c\n"
               "ERROR: b.patch: unsupported patch to lib/: lib/b.c\n"
               "ERROR: b.patch: unsupported patch to assembly: x.S\n"
               "ERROR: Unsupported changes detected.\n",
               1);
  CHECK(failure.code == "kpatch-build-lib");
  CHECK(failure.where == "a.patch");
  CHECK(failure.what.find("lib/a.c") != std::string::npos);
  CHECK(failure.why.find("also b.patch lib/b.c") != std::string::npos);
}

TEST_CASE("warnings of a build that goes on are not its failure") {
  CHECK(code(k_compare + "ERROR: Version disagreement for symbol kmalloc\n"
                         "a.o: WARNING: unable to correlate static local variable x.1 used by f, "
                         "assuming variable is new\n"
                         "ERROR: no functional changes found.\n") ==
        "kpatch-build-no-functional-change");
  CHECK(code(k_patched + "fs/a.c:1:2: warning: unused variable 'x'\nWARNING: modpost: \"y\" [z.ko] "
                         "undefined!\n") == "kpatch-build-unknown");
}

TEST_CASE("an error is a compiler's where it names a file and a line") {
  CHECK(code(k_patched + "tool:part: error: y\n") == "kpatch-build-unknown");
  CHECK(code(k_patched + "cc1: error: y\n") == "kpatch-build-unknown");
  CHECK(code(k_patched + "fs/a.c:7: error: y\n") == "build-does-not-compile");
}

TEST_CASE("an object is shown by the path that make compiled it at, where there is one") {
  const auto where = [](const std::string& compiled) {
    return diagnose(Tool::kpatch_build,
                    k_patched + compiled +
                        "Extracting new and modified ELF sections\n"
                        "ERROR: file.o: object size mismatch: ops\n",
                    1)
        .where;
  };
  CHECK(where("  CC      fs/file.o\n") == "fs/file.o");
  CHECK(where("  CC [M]  drivers/x/file.o\n") == "drivers/x/file.o");
  CHECK(where("  CC      fs/file.o\n  CC      mm/file.o\n") == "file.o");
  CHECK(where("  CC      fs/profile.o\n") == "file.o");
}

TEST_CASE("an unknown failure says so, names the step and shows the last lines") {
  const kpb::sdk::Diagnostic failure =
      diagnose(Tool::kpatch_build, k_compare + "something nobody has seen\n\n", 7);
  CHECK(failure.code == "kpatch-build-unknown");
  CHECK(failure.fault == kpb::sdk::Fault::tool);
  CHECK(failure.what ==
        "kpatch-build failed while comparing the objects, with exit status 7, for a "
        "reason that kpb does not know");
  CHECK(
      failure.why.ends_with("Extracting new and modified ELF sections\nsomething nobody has seen"));
  CHECK_FALSE(failure.hint.empty());
  CHECK(diagnose(Tool::klp_build, "", 3).what.find("before the first step") != std::string::npos);
  CHECK(diagnose(Tool::klp_build, "", 3).why == "its log is empty");
  CHECK(diagnose(Tool::klp_build, "Diffing objects\n", 0).what.find("without printing SUCCESS") !=
        std::string::npos);
}

TEST_CASE("a tool that a signal ended") {
  CHECK(code(k_patched, -9) == "kpatch-build-killed");
  CHECK(diagnose(Tool::kpatch_build, k_patched, -9).fault == kpb::sdk::Fault::environment);
  CHECK(code(k_patched, 137) == "kpatch-build-killed");
  CHECK(code(k_patched, -11) == "kpatch-build-signal");
  CHECK(code("", 143, Tool::klp_build) == "klp-build-signal");
  CHECK(diagnose(Tool::klp_build, "", 143).what.find("signal 15") != std::string::npos);
  CHECK(code(k_patched + k_compile_error, 143) == "build-does-not-compile");
  CHECK(code(k_patched, 130) == "kpatch-build-unknown"); // also statuses of make and others
}

TEST_CASE("success is exit status 0 and the tool's last word, never one of them") {
  for (const Tool tool : {Tool::kpatch_build, Tool::klp_build}) {
    CHECK(succeeded(tool, "Building patch module: x.ko\nSUCCESS\n", 0));
    CHECK(succeeded(tool, "SUCCESS", 0));
    CHECK_FALSE(succeeded(tool, "Building patch module: x.ko\nSUCCESS\n", 1));
    CHECK_FALSE(succeeded(tool, "SUCCESS\n", -15));
    CHECK_FALSE(succeeded(tool, "Building patch module: x.ko\n", 0));
    CHECK_FALSE(succeeded(tool, "SUCCESS\nBuilding patch module: x.ko\n", 0));
    CHECK_FALSE(succeeded(tool, "no SUCCESS\nSUCCESSFUL\n", 0));
    CHECK_FALSE(succeeded(tool, "", 0));
  }
  CHECK_FALSE(
      succeeded(Tool::kpatch_build, "SUCCESS\nERROR: Couldn't restore kernel path: x.\n", 0));
  CHECK_FALSE(succeeded(Tool::klp_build, "SUCCESS\nerror: klp-build: x\n", 0));
}

TEST_CASE("changed functions are read with the objects that they are in") {
  const auto found =
      changed_functions("cmdline.o: changed function: cmdline_proc_show\n"
                        "cmdline.o: new function: helper.isra.0\n"
                        "cmdline.o: changed function: cmdline_proc_show\n"
                        "vmlinux.o: new function: cmdline_proc_show\n"
                        "  CC x.o fs/xfs/xfs.o: changed function: xfs_read (note)\r\n"
                        "x.o: changed function: \nchanged function: f\n");
  REQUIRE(found.size() == 4);
  CHECK(found[0].object == "cmdline.o");
  CHECK(found[0].name == "cmdline_proc_show");
  CHECK_FALSE(found[0].is_new);
  CHECK(found[1].name == "helper.isra.0");
  CHECK(found[1].is_new);
  CHECK(found[2].object == "vmlinux.o");
  CHECK(found[3].object == "fs/xfs/xfs.o");
  CHECK(found[3].name == "xfs_read");
}

TEST_CASE("the user's names replace the tool's, as whole names") {
  kpb::sdk::Diagnostic failure{.where = "patch-001.patch",
                               .what = "patch-001.patch and patch-001.patches",
                               .why = "/mnt/kpb/tree/fs/a.c:1",
                               .hint = "my-patch-001.patch"};
  show_names(failure, {{"patch-001.patch", "fix.patch"}, {"/mnt/kpb/tree/", ""}, {"", "x"}});
  CHECK(failure.where == "fix.patch");
  CHECK(failure.what == "fix.patch and patch-001.patches");
  CHECK(failure.why == "fs/a.c:1");
  CHECK(failure.hint == "my-patch-001.patch");
}

TEST_CASE("values from a log are cut, between characters") {
  const std::string name = repeated("\xc3\xa4", 400);
  const kpb::sdk::Diagnostic failure =
      diagnose(Tool::kpatch_build, "ERROR: a.o: object size mismatch: " + name + "\n", 1);
  CHECK(failure.what.size() < 200);
  CHECK(failure.what.find("\xc3\xa4...") != std::string::npos);
}

TEST_CASE("every row of the tables is well formed") {
  for (const auto* table : {&kpatch_build_rules(), &klp_build_rules(), &common_rules()})
    for (const Rule& rule : *table) {
      CAPTURE(rule.code, rule.pattern);
      CHECK(Pattern(rule.pattern).key().size() >= 5);
      CHECK_FALSE(rule.code.empty());
      CHECK_FALSE(rule.what.empty());
      CHECK((rule.fault == kpb::sdk::Fault::input || rule.fault == kpb::sdk::Fault::tool ||
             rule.fault == kpb::sdk::Fault::environment));
      for (const std::string_view text : {rule.where, rule.what, rule.why, rule.hint})
        for (size_t at = text.find('{'); at != std::string_view::npos;
             at = text.find('{', at + 1)) {
          const std::string name(text.substr(at + 1, text.find('}', at) - at - 1));
          const std::string_view pattern = rule.pattern;
          CHECK((name == "step" || name == "newer" || (name == "object" && text == rule.where) ||
                 pattern.find("{" + name + "}") != std::string_view::npos ||
                 pattern.find("{" + name + ":") != std::string_view::npos ||
                 pattern.find("{" + name + "...}") != std::string_view::npos));
        }
      // A word that is no kind would let nothing match.
      for (size_t at = rule.pattern.find('{'); at != std::string_view::npos;
           at = rule.pattern.find('{', at + 1)) {
        const auto capture = rule.pattern.substr(at + 1, rule.pattern.find('}', at) - at - 1);
        const size_t colon = std::min(capture.find(':'), capture.size());
        for (const auto& word : kpb::words(capture.substr(colon), ":|"))
          CHECK(kind_named(word) != Kind::unknown);
      }
      CHECK((rule.limit.empty() || kpb::find_limit("kpatch-build", rule.limit) != nullptr));
      CHECK((rule.limit.empty() || kpb::contains(rule.hint, "{newer}")));
    }
}

TEST_CASE("any bytes are read to a message in bounded time") {
  std::mt19937 random(20150406);
  for (int round = 0; round < 50; ++round) {
    std::string log;
    while (log.size() < 20000) {
      const auto& table = round % 2 == 0 ? kpatch_build_rules() : klp_build_rules();
      const std::string_view words = table[random() % table.size()].pattern;
      log += words.substr(random() % words.size());
      for (size_t i = random() % 20; i > 0; --i)
        log += static_cast<char>(random());
    }
    CAPTURE(round);
    CHECK(seconds_for(log) < 5);
  }
}

// Quadratic code would take hours here; the bound leaves room for a debug build under a sanitizer.
TEST_CASE("4 MiB of the worst lines are read in bounded time") {
  constexpr size_t k_size = 4 * 1024 * 1024;
  constexpr double k_bound = 60;
  std::string bytes(k_size, '\0');
  std::mt19937 random(1);
  for (char& c : bytes)
    c = static_cast<char>(random());
  CHECK(seconds_for(bytes) < k_bound);
  CHECK(seconds_for(std::string(k_size, 'a')) < k_bound);
  CHECK(seconds_for(std::string(k_size, '\n')) < k_bound);
  CHECK(seconds_for(repeated("  CC      fs/proc/cmdline.o\n", k_size)) < k_bound);
  CHECK(seconds_for(repeated("a.o: object size mismatch: ", k_size)) < k_bound);
  CHECK(seconds_for(repeated("ERROR: a.o: object size mismatch: f\n", k_size)) < k_bound);
  CHECK(seconds_for(repeated("Building patched source\nx.c:1: error: y\n", k_size)) < k_bound);
  CHECK(seconds_for(repeated("a.o: changed function: f\n", k_size)) < k_bound);
  CHECK(seconds_for(repeated("ERROR: changed section .data.a not selected for inclusion\n",
                             k_size)) < k_bound);
  CHECK(seconds_for(repeated(": error: ", k_size)) < k_bound);
}
