// SPDX-License-Identifier: GPL-2.0-only
//
// The first pass, with everything around it in memory: the resulting document and its provenance,
// and that all of the user's mistakes are reported in one run.
#include "core/pipeline/build.hpp"
#include "core/pipeline/take_request.hpp"
#include "core/request/options.hpp"
#include "memory_world.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;
using kpb_test::World;

namespace {

const std::string k_diff = "--- a/fs/x.c\n+++ b/fs/x.c\n@@ -1 +1 @@\n-a\n+b\n";

BuildRequest patch_request() {
  BuildRequest out;
  out.arguments = {"fix.patch"};
  return out;
}

struct Run {
  explicit Run(BuildRequest r = patch_request()) : request(std::move(r)) {
    world.files.file("fix.patch", k_diff, 1000);
    world.files.file("second.diff", k_diff, 3000);
    world.files.file("x.c", "int x;", 2000);
    world.files.file("src/Kbuild", "obj-m := x.o", 10);
    world.files.file("src/x.c", "int x;", 20);
    world.files.file("m.ko", "\177ELF", 5);
  }
  Document good() {
    Build build(request, world.context);
    const bool taken = take_request(build);
    INFO(world.text());
    REQUIRE(taken);
    CHECK(world.sink.all().empty());
    CHECK(build.inputs.size() == build.document.size("/inputs"));
    return build.document;
  }
  std::vector<std::string> refused() {
    Build build(request, world.context);
    CHECK_FALSE(take_request(build));
    std::vector<std::string> codes;
    for (const Diagnostic& d : world.sink.all()) {
      CHECK(d.fault == Fault::input);
      codes.push_back(d.code);
    }
    return codes;
  }

  World world;
  BuildRequest request;
};

using Codes = std::vector<std::string>;

} // namespace

TEST_CASE("request: one patch for the running kernel", "[request]") {
  const Document d = Run().good();
  CHECK(d.text("/schema") == "kpb.package/1");
  CHECK(d.text("/request/stem") == "fix");
  CHECK(d.text("/request/file_name") == "fix.patch");
  CHECK(d.text("/request/kind") == "diff");
  CHECK(d.boolean("/request/replace") == true);
  CHECK(d.provenance("/request/replace") == "default");
  CHECK_FALSE(d.has("/request/directory"));
  CHECK(d.text("/kernel/release") == "6.1.0-56-amd64");
  CHECK(d.text("/kernel/arch") == "x86_64");
  CHECK(d.text("/package/arch") == "x86_64");
  CHECK_FALSE(d.has("/kernel/family"));
  CHECK(d.text("/inputs/0/name") == "fix.patch");
  CHECK(d.text("/inputs/0/stored") == "inputs/fix.patch");
  CHECK(d.integer("/inputs/0/size") == static_cast<int64_t>(k_diff.size()));
  CHECK(d.text("/package/version") == "1");
  CHECK(d.provenance("/package/version") == "default");
  CHECK_FALSE(d.has("/package/epoch"));
  CHECK(d.integer("/source_date_epoch") == 1000);
}

TEST_CASE("request: a package without a module refuses each option that speaks of one",
          "[request]") {
  size_t refused = 0;
  for (const auto& option : options()) {
    if (!option.of_module)
      continue;
    CAPTURE(option.spec.name);
    Arguments typed;
    typed.options[option.spec.name] = {option.spec.argument == nullptr ? "" : "x"};
    for (const bool metapackage : {false, true}) {
      Run run(BuildRequest{});
      (metapackage ? run.request.metapackage : run.request.subscription) = true;
      REQUIRE(take_options(typed, run.request, run.world.sink));
      if (option.spec.name == std::string("from-package"))
        run.request.earlier = EarlierFacts{};
      Build build(run.request, run.world.context);
      CHECK_FALSE(take_without_module(build)); // before it, values such as "x" are refused
      CHECK(run.world.code() == "command-line");
      CHECK(run.world.error()->what == "--" + std::string(option.spec.name) +
                                           " cannot be combined with " +
                                           (metapackage ? "--metapackage" : "--subscription"));
      ++refused;
    }
  }
  CHECK(refused == 2 * 14);
}

TEST_CASE("request: what is typed is the user's, also where it is what nobody had to say",
          "[request]") {
  BuildRequest r = patch_request();
  r.version = "1";
  r.jobs = 1;
  const Document d = Run(r).good();
  CHECK(d.provenance("/package/version") == "command line");
  CHECK(d.provenance("/package/release") == "default");
  CHECK(d.provenance("/request/jobs") == "command line");
  const Document silent = Run().good();
  CHECK(silent.text("/package/release") == "1");
  CHECK(silent.provenance("/request/jobs") == "default");
  BuildRequest subscription;
  subscription.subscription = true;
  subscription.kernel = "5.14.0-362.8.1.el9_3";
  CHECK(Run(subscription).good().text("/package/version") == "0");
}

TEST_CASE("request: everything that can be said", "[request]") {
  BuildRequest r = patch_request();
  r.arguments = {"fix.patch", "second.diff"};
  r.kernel = "5.14.0-362.8.1.el9_3";
  r.arch = "arm64";
  r.name = "cve-2026-1";
  r.version = "2";
  r.release = "3";
  r.epoch = "4";
  r.cves = {"CVE-2026-1234", "CVE-2026-1235"};
  r.replace = false;
  r.functions = {"vmlinux:f", "ext4:g:3", "ext4:h:0"};
  r.settings = {{"runtime", "none"}};
  r.source = "src";
  r.jobs = 8;
  const Document d = Run(r).good();
  CHECK(d.text("/request/stem") == "cve-2026-1");
  CHECK(d.provenance("/request/stem") == "command line");
  CHECK(d.text("/request/file_name") == "cve-2026-1.patch");
  CHECK(d.text("/kernel/release") == "5.14.0-362.8.1.el9_3.aarch64");
  CHECK(d.text("/kernel/release_without_arch") == "5.14.0-362.8.1.el9_3");
  CHECK(d.text("/kernel/family") == "el");
  CHECK(d.provenance("/kernel/release") == "command line");
  CHECK(d.text("/package/version") == "2");
  CHECK(d.text("/package/release") == "3");
  CHECK(d.text("/package/epoch") == "4");
  CHECK(d.provenance("/package/epoch") == "command line");
  CHECK(d.texts("/package/cves") == r.cves);
  CHECK(d.boolean("/request/replace") == false);
  CHECK(d.text("/request/functions/1/object") == "ext4");
  CHECK(d.text("/request/functions/1/name") == "g");
  CHECK(d.integer("/request/functions/0/position") == 1);
  CHECK(d.integer("/request/functions/1/position") == 3);
  CHECK(d.integer("/request/functions/2/position") == 1); // 0 becomes 1
  CHECK(d.text("/settings/runtime") == "none");
  CHECK(d.text("/request/source") == "/cwd/src");
  CHECK(d.integer("/request/jobs") == 8);
  CHECK(d.integer("/source_date_epoch") == 3000);
}

TEST_CASE("request: P", "[request]") {
  const auto [argument, stem, file] = GENERATE(table<std::string, std::string, std::string>({
      {"a/livepatch-test.patch", "livepatch-test", "livepatch-test.patch"},
      {"x.diff", "x", "x.diff"},
      {"x.y.patch", "x.y", "x.y.patch"},
      {"x", "x", "x"},
      {"x.patch.diff", "x.patch", "x.patch.diff"},
      {"h.c", "h", "h.patch"},
      {"src", "src", "src.patch"},
      {"src/", "src", "src.patch"},
      {"dir.c", "dir.c", "dir.c.patch"}, // a directory's name has no suffix
  }));
  Run run;
  run.request.arguments = {argument};
  if (argument == "dir.c")
    run.world.files.file("dir.c/Kbuild", "");
  else if (!argument.starts_with("src"))
    run.world.files.file(argument, k_diff);
  CAPTURE(argument);
  const Document d = run.good();
  CHECK(d.text("/request/stem") == stem);
  CHECK(d.text("/request/file_name") == file);
}

TEST_CASE("request: P of several patches, of a module, and a P that cannot be", "[request]") {
  Run several;
  several.request.arguments = {"fix.patch", "second.diff"};
  CHECK(several.good().text("/request/stem") == "patch");
  BuildRequest module;
  module.module = "m.ko";
  const Document d = Run(module).good();
  CHECK(d.text("/request/stem") == "m");
  CHECK(d.text("/request/file_name") == "m.patch");
  CHECK(d.text("/request/kind") == "module");
  CHECK_FALSE(d.has("/request/replace")); // neither the user nor the file said it
  for (const char* name : {"\xc3\xa4.patch", ".patch", "a b.patch", "-.patch"}) {
    Run run;
    run.world.files.file(name, k_diff);
    run.request.arguments = {name};
    CHECK(run.refused() == Codes{"package-name"});
    CHECK(run.world.error()->hint.ends_with("--name NAME"));
  }
}

TEST_CASE("request: '.' has a name too", "[request]") {
  Run run;
  run.world.files.file("Kbuild", "");
  run.request.arguments = {"."};
  CHECK(run.good().text("/request/stem") == "cwd");
}

TEST_CASE("request: CVEs are a set", "[request]") {
  BuildRequest r = patch_request();
  r.cves = {"CVE-2026-2222", "CVE-2026-1111", "CVE-2026-2222"};
  CHECK(Run(r).good().texts("/package/cves") ==
        std::vector<std::string>{"CVE-2026-1111", "CVE-2026-2222"});
}

TEST_CASE("request: hand-written sources", "[request]") {
  Run directory;
  directory.request.arguments = {"src"};
  const Document d = directory.good();
  CHECK(d.text("/request/kind") == "source");
  CHECK(d.boolean("/request/directory") == true);
  CHECK(d.integer("/source_date_epoch") == 20);
  CHECK_FALSE(d.has("/request/replace"));
}

TEST_CASE("request: SOURCE_DATE_EPOCH is whole seconds that fit RPM", "[request]") {
  const auto [given, date] = GENERATE(table<std::string, int64_t>({
      {"0", 0},
      {"1700000000", 1700000000},
      {"4294967295", 4294967295},
      {"007", 7},
      {"4294967296", -1},
      {"-1", -1},
      {"", -1},
      {" 5", -1},
      {"5 ", -1},
      {"1.5", -1},
      {"now", -1},
      {"18446744073709551616", -1},
  }));
  CAPTURE(given);
  Run run;
  run.world.environment.variables["SOURCE_DATE_EPOCH"] = given;
  if (date >= 0)
    CHECK(run.good().integer("/source_date_epoch") == date);
  else
    CHECK(run.refused() == Codes{"source-date-epoch"});
}

TEST_CASE("request: without it, the newest input's time, within RPM's bounds", "[request]") {
  const auto [mtime, date] = GENERATE(table<int64_t, int64_t>({
      {-5, 0},
      {0, 0},
      {4294967295, 4294967295},
      {99999999999, 4294967295},
  }));
  Run run;
  run.world.files.file("fix.patch", k_diff, mtime);
  CHECK(run.good().integer("/source_date_epoch") == date);
}

TEST_CASE("request: all that is wrong is told, not the first thing only", "[request]") {
  BuildRequest r = patch_request();
  r.version = "1-2";
  r.release = "";
  r.epoch = "x";
  r.metadata = {{"summary", "two\nlines"}, {"license", " "}, {"url", "a\x1b"}};
  r.cves = {"CVE-1"};
  r.settings = {{"bad key", "x"}};
  r.functions = {"f"};
  r.kernel = "x";
  Run run(r);
  CHECK(run.refused() == Codes{"package-version", "package-release", "package-epoch", "text-empty",
                               "text-control", "text-control", "cve", "setting", "function",
                               "kernel-name"});
  for (const std::string& call : run.world.files.calls)
    CHECK_FALSE(call.starts_with("read")); // refused before any input was read
}

TEST_CASE("request: texts", "[request]") {
  for (const char* field : {"summary", "description", "license", "url", "packager"}) {
    BuildRequest r = patch_request();
    const bool address = std::string(field) == "url";
    r.metadata = {{field, address ? "https://example.org/%20" : "fine \xc3\xbc 100%"}};
    Run(r).good();
    for (const char* empty : {"", " ", "\n\t"}) {
      r.metadata = {{field, empty}};
      const auto codes = Run(r).refused();
      CHECK(codes.back() == "text-empty");
    }
    r.metadata = {{field, "a\nb"}};
    if (std::string(field) == "description")
      Run(r).good();
    else
      CHECK(Run(r).refused() == Codes{"text-control"});
  }
}

TEST_CASE("request: a URL cannot contain blanks", "[request]") {
  BuildRequest r = patch_request();
  r.metadata = {{"url", "https://example.org/a b"}};
  CHECK(Run(r).refused() == Codes{"url-blank"});
}

TEST_CASE("request: --function", "[request]") {
  for (const char* bad : {"", "f", ":f", "vmlinux:", "vmlinux::1", "vmlinux:f:", "vmlinux:f:x",
                          "vmlinux:f:-1", "vmlinux:f:1:2", "vmlinux:f:1000001", "vmlinux:f g",
                          "vmlinux:f(int)", "vmlinux:f,g", "vm/linux:f", "vmlinux:f=g",
                          "vmlinux:%f", "vmlinux:\"f\"", "vmlinux:f\n", "vmlinux:f\x1b"}) {
    CAPTURE(bad);
    BuildRequest r = patch_request();
    r.functions = {"vmlinux:fine", bad};
    CHECK(Run(r).refused() == Codes{"function"});
  }
  for (const char* good : {"vmlinux:f.isra.0", "snd_hda:f$x:2", "vmlinux:f:1000000"}) {
    BuildRequest r = patch_request();
    r.functions = {good};
    Run(r).good();
  }
}

TEST_CASE("request: who said the architecture", "[request]") {
  struct Row {
    const char* kernel; // "": not given
    const char* arch;
    const char* setter;
  };
  const auto row = GENERATE(values<Row>({
      {"", "", "running kernel"},
      {"", "x86_64", "command line"},
      {"5.14.0-362.8.1.el9_3", "", "default"},
      {"5.14.0-362.8.1.el9_3", "amd64", "command line"},
      {"5.14.0-362.8.1.el9_3.x86_64", "", "command line"},
      {"6.1.0-56-cloud-amd64", "", "command line"},
      {"6.12.94", "", "default"},
  }));
  CAPTURE(row.kernel, row.arch);
  BuildRequest r = patch_request();
  if (*row.kernel != '\0')
    r.kernel = row.kernel;
  if (*row.arch != '\0')
    r.arch = row.arch;
  const Document d = Run(r).good();
  CHECK(d.text("/kernel/arch") == "x86_64");
  CHECK(d.provenance("/kernel/arch") == row.setter);
}

TEST_CASE("request: the kernel and the machine", "[request]") {
  Run running;
  running.world.environment.release = "5.14.0-427.el9.aarch64+64k";
  running.world.environment.machine_name = "aarch64";
  const Document d = running.good();
  CHECK(d.text("/kernel/arch") == "aarch64");
  CHECK(d.provenance("/kernel/release") == "running kernel");
  BuildRequest r = patch_request();
  r.kernel = "3.10.0-229.el7.x86_64";
  r.arch = "aarch64";
  CHECK(Run(r).refused() == Codes{"arch-contradiction"});
}

TEST_CASE("request: --source must be there", "[request]") {
  BuildRequest r = patch_request();
  r.source = "none";
  CHECK(Run(r).refused() == Codes{"source-directory"});
}
