// SPDX-License-Identifier: GPL-2.0-only
//
// Which cells follow from a manifest, and the words of their jobs and identities.
#include "core/base/text.hpp"
#include "core/series/cell_command.hpp"
#include "series_world.hpp"
#include "typed_request.hpp"

using namespace kpb;

namespace {

struct SeriesWorld : kpb_test::SeriesWorld {
  // "package@kernel: patch patch", or the reason why not.
  std::vector<std::string> cells(const std::string& text) {
    const auto plan = expand(text);
    if (!plan)
      return {code()};
    std::vector<std::string> out;
    for (const auto& cell : plan->cells) {
      std::string line = plan->name_of(cell) + ":";
      for (const uint32_t p : cell.patches)
        line += " " + plan->package_of(cell).patches[p].path();
      out.push_back(cell.left == Left::no ? line
                                          : plan->name_of(cell) + ": " + left_word(cell.left));
    }
    return out;
  }
};

using Lines = std::vector<std::string>;
const std::string k_kernels =
    "kernels:\n  a1: {release: 6.1.0-1-amd64}\n  a2: {release: 6.1.0-2-amd64}\n"
    "  b1: {release: 5.14.0-362.8.1.el9_3}\n";

} // namespace

TEST_CASE("patches for one kernel are one set, in the manifest's order", "[series]") {
  SeriesWorld w;
  CHECK(
      w.cells(
          k_kernels +
          "packages: [{name: p, kernels: [a1], patches: [{filename: 2.patch}, {filename: 1.patch, "
          "kernels: [b1, a1]}, {filename: 3.patch}]}]") ==
      Lines{"p@a1: 2.patch 1.patch 3.patch", "p@b1: 1.patch"});
}

TEST_CASE("patterns stand for named kernels, each once", "[series]") {
  SeriesWorld w;
  CHECK(
      w.cells(k_kernels +
              "packages: [{name: p, patches: [{filename: x.patch, kernels: ['a*', '?1', a1]}]}]") ==
      Lines{"p@a1: x.patch", "p@a2: x.patch", "p@b1: x.patch"});
  CHECK(w.cells(k_kernels +
                "packages: [{name: p, patches: [{filename: x.patch, kernels: ['*b*1*']}]}]") ==
        Lines{"p@b1: x.patch"});
}

TEST_CASE("a release is the named kernel of that release", "[series]") {
  SeriesWorld w;
  CHECK(w.cells(k_kernels +
                "packages: [{name: p, patches: [{filename: x.patch, kernels: [6.1.0-1-amd64, "
                "5.14.0-362.8.1.el9_3.x86_64, 6.9.0]}]}]") ==
        Lines{"p@a1: x.patch", "p@b1: x.patch", "p@6.9.0: x.patch"});
}

TEST_CASE("only and except leave out, of the package and of a patch", "[series]") {
  SeriesWorld w;
  CHECK(
      w.cells(
          k_kernels +
          "packages: [{name: p, kernels: ['*'], only: [a1, b1], except: [b1], patches: [{filename: "
          "x.patch}]}]") == Lines{"p@a1: x.patch", "p@a2: excepted", "p@b1: excepted"});
  CHECK(w.cells(
            k_kernels +
            "packages: [{name: p, kernels: [a1, a2], patches: [{filename: x.patch, except: [a1]}, "
            "{filename: y.patch, only: [a1]}]}]") == Lines{"p@a1: y.patch", "p@a2: x.patch"});
}

TEST_CASE("a kernel ends with its day, and without a date never", "[series]") {
  SeriesWorld w;
  const std::string rest = "kernels:\n  k: {release: 6.1.0-1-amd64, end_of_life: 2026-05-31}\n"
                           "packages: [{name: p, patches: [{filename: x.patch, kernels: [k]}]}]";
  CHECK(w.cells(rest) == Lines{"p@k: x.patch"});
  CHECK(w.cells("date: 2026-05-31\n" + rest) == Lines{"p@k: x.patch"});
  CHECK(w.cells("date: 2026-06-01\n" + rest) == Lines{"p@k: end-of-life"});
}

TEST_CASE("another architecture is left out where something would be built", "[series]") {
  SeriesWorld w;
  const std::string rest =
      "kernels:\n  k: {release: 6.1.0-1-arm64, arch: arm64}\npackages: [{name: p, patches: [";
  CHECK(w.cells(rest + "{filename: x.patch, kernels: [k]}]}]") == Lines{"p@k: no-builder"});
  CHECK(w.cells(rest + "{module: x.ko, kernels: [k]}]}]") == Lines{"p@k: x.ko"});
}

TEST_CASE("what cannot be a set", "[series]") {
  SeriesWorld w;
  w.files.directory("/m/dir");
  CHECK(
      w.cells(
          k_kernels +
          "packages: [{name: p, kernels: [a1], patches: [{filename: x.patch}, {filename: x.c}]}]") ==
      Lines{"series-set"});
  SeriesWorld v;
  v.files.directory("/m/dir");
  CHECK(
      v.cells(
          k_kernels +
          "packages: [{name: p, kernels: [a1], patches: [{filename: x.patch}, {filename: dir}]}]") ==
      Lines{"series-set"});
}

TEST_CASE("kernels that cannot be meant", "[series]") {
  const auto code_of = [](const std::string& word) {
    SeriesWorld w;
    CHECK_FALSE(w.expand(k_kernels +
                         "packages: [{name: p, patches: [{filename: x.patch, kernels: ['" + word +
                         "']}]}]"));
    CHECK(w.error()->where.starts_with("m.yml:5:"));
    return w.code();
  };
  CHECK(code_of("a3") == "series-kernel");
  CHECK(code_of("c*") == "series-kernel");
  CHECK(code_of("5.14.0/x") == "kernel-name");
  CHECK(code_of("$(id)") == "series-kernel");
}

TEST_CASE("cells meet in a package, a module, a file or a name", "[series]") {
  SeriesWorld w;
  auto plan = w.expand(k_kernels +
                       "packages: [{name: p, patches: [{filename: x.patch, kernels: [a1, a2]}]}, "
                       "{name: q, patches: [{filename: x.patch, kernels: [a1]}]}]");
  REQUIRE(plan);
  REQUIRE(plan->cells.size() == 3);
  const char* names[] = {"p-a1", "p-a2", "q-a1"};
  const auto reset = [&] {
    for (size_t i = 0; i < 3; ++i) {
      plan->cells[i].package_name = names[i];
      plan->cells[i].module_name = i == 2 ? "q" : "p"; // the same name in two kernels is fine
      plan->cells[i].artifacts = {{"deb", std::string(names[i]) + ".deb"}};
    }
  };
  const auto verdict = [&] {
    CollectingSink sink;
    const bool good = check_collisions(*plan, sink);
    CHECK(good == (sink.first_error() == nullptr));
    return good ? "" : sink.first_error()->code;
  };
  reset();
  CHECK(verdict() == "");
  plan->cells[2].package_name = "p-a2";
  CHECK(verdict() == "series-same-package");
  reset();
  plan->cells[2].module_name = "p";
  CHECK(verdict() == "series-same-module");
  reset();
  plan->cells[2].artifacts[0].name = "p-a1.deb";
  CHECK(verdict() == "series-same-file");
  reset();
  plan->cells[2].package_name = "p-a2";
  plan->cells[2].left = Left::excepted; // it is not made
  CHECK(verdict() == "");
}

TEST_CASE("a cell's command line is what a person would type", "[series]") {
  SeriesWorld w;
  const auto plan = w.expand(
      "kernels:\n  k: {release: 6.1.0-1-amd64, source: src, config: /c, root: r, builder: klp-build, "
      "kernel_package_version: 6.1.1-1}\n"
      "packages: [{name: p, version: 2, release: 3, epoch: 1, policy: [a, b], backends: [deb], replace: "
      "false, settings: {x: y z}, cves: [CVE-2026-1234], functions: ['vmlinux:f'], license: GPL, "
      "patches: [{filename: x.patch, kernels: [k], cves: [CVE-2026-1235]}, {filename: y.patch, kernels: [k]}]}]");
  REQUIRE(plan);
  JobWords words;
  words.program = "/usr/bin/kpb";
  words.common = {"--plugin-dir", "/p"};
  words.store = "/store";
  CellJob job{"diff", true, true, "", "/out", "/report", 3};
  SeriesSigning signing;
  signing.request.hash = "sha512";
  CHECK(
      shell_line(cell_command(*plan, plan->cells[0], words, signing, job)) ==
      "/usr/bin/kpb build --plugin-dir /p --backend deb --output /out --kernel 6.1.0-1-amd64 --arch x86_64 "
      "--builder klp-build --source /m/src --config /c --root /m/r --store /store --no-replace --function vmlinux:f "
      "--policy a --policy b --set 'x=y z' --name p --set-version 2 --set-release 3 --epoch 1 --license GPL "
      "--cve CVE-2026-1234 --cve CVE-2026-1235 --sign-hash sha512 --kernel-package-version 6.1.1-1 --jobs 3 "
      "--report /report -- /m/x.patch /m/y.patch");
  job.kernel_id = "6.1.0-1-amd64-0123abcd";
  const auto known = shell_line(cell_command(*plan, plan->cells[0], words, signing, job));
  CHECK(known.find("--kernel-id 6.1.0-1-amd64-0123abcd") != std::string::npos);
  CHECK(known.find("--source") == std::string::npos);
  CHECK(
      shell_line(prime_command(*plan, plan->kernels[0], words, 2, true)) ==
      "/usr/bin/kpb kernel add --plugin-dir /p --kernel 6.1.0-1-amd64 --arch x86_64 --builder klp-build --source /m/src "
      "--config /c --root /m/r --store /store --jobs 2");
  CHECK(shell_line({"a b", "it's", "", "--x=1"}) == "'a b' 'it'\\''s' '' --x=1");
}

TEST_CASE("a cell's job makes the request of the cell out of its command line", "[series]") {
  SeriesWorld w;
  w.put_inputs();
  const auto plan = w.expand(kpb_test::fixture_text("manifests/cells.yml"));
  REQUIRE(plan);
  JobWords words;
  words.program = "/usr/bin/kpb";
  words.common = {"--plugin-dir", "/p", "--debug"};
  words.store = "/store";
  words.store_limit = "7";
  SeriesSigning signing;
  signing.request.sign_file = "/k/sign-file";
  signing.request.key = "pkcs11:x";
  signing.request.variables = {"A", "B"};
  size_t cells = 0;
  for (const auto& cell : plan->cells)
    for (const std::string id : {"", "6.1-0123abcd"}) {
      if (cell.patches.empty())
        continue;
      CAPTURE(plan->name_of(cell), id);
      CellJob job = job_of(*plan, cell, w.context);
      job.kernel_id = id;
      job.output = "/out";
      job.report = "/report";
      job.processors = 3;
      auto command = cell_command(*plan, cell, words, signing, job);
      const BuildRequest request = cell_request(*plan, cell, words, signing, job);
      CHECK(kpb_test::typed({command.begin() + 2, command.end()}) == request);
      CHECK(request.kernel == plan->kernel_of(cell).kernel.release);
      CHECK((request.arguments.size() + (request.module ? 1 : 0)) == cell.patches.size());
      ++cells;
    }
  CHECK(cells > 15);
}

namespace {

struct IdentityWorld : SeriesWorld {
  std::string text =
      "packages: [{name: p, backends: [rpm-build], patches: [{filename: a.patch, kernels: [6.1.0-1-amd64]}]}]";
  SeriesSigning signing;
  std::string key = "0123";
  IdentityFields fields() {
    files.file("/m/a.patch", "one");
    return again();
  }
  IdentityFields again() {
    const auto plan = expand(text);
    REQUIRE(plan);
    return identity(*plan, plan->cells[0], key, signing);
  }
};

} // namespace

TEST_CASE("an identity follows from what shapes the package, and from nothing else", "[series]") {
  IdentityWorld w;
  const auto before = w.fields();
  const auto changed = [&](const std::string& want) {
    const auto now = w.again();
    CHECK(identity_of(now) != identity_of(before));
    CHECK(what_changed(before, now) == want);
  };
  CHECK(identity_of(w.again()) == identity_of(before));
  w.files.file("/m/a.patch", "two");
  changed("patch a.patch: other content");
  w.files.file("/m/a.patch", "one");
  w.key = "4567";
  changed("prepared kernel: 0123 -> 4567");
  w.key = "0123";
  w.environment.variables["SOURCE_DATE_EPOCH"] = "77";
  CHECK(what_changed(before, w.again()).starts_with("date: "));
  w.environment.variables.clear();
  w.environment.variables["HOME"] = "/somewhere/else";
  w.environment.now = 99;
  CHECK(identity_of(w.again()) == identity_of(before));
  w.signing.fields = {{"sign-hash", "sha512"}};
  changed("sign-hash: new (sha512)");
  w.signing.fields.clear();
  w.text =
      "packages: [{name: p, backends: [rpm-build], epoch: 2, settings: {x: 1}, patches: [{filename: a.patch, kernels: [6.1.0-1-amd64]}]}]";
  changed("package: p 1-1 -> p 2:1-1; setting x: new (1)");
}

TEST_CASE("an identity's fields survive being written down", "[series]") {
  const IdentityFields fields = {{"a", "1"}, {"description", "two\nlines\\n"}, {"b", ""}};
  CHECK(parse_fields(fields_text(fields)) == fields);
}

TEST_CASE("the order of a set is part of what it is", "[series]") {
  IdentityWorld w;
  w.files.file("/m/b.patch", "two");
  w.text =
      "packages: [{name: p, kernels: [6.1.0-1-amd64], patches: [{filename: a.patch}, {filename: b.patch}]}]";
  const auto before = w.fields();
  w.text =
      "packages: [{name: p, kernels: [6.1.0-1-amd64], patches: [{filename: b.patch}, {filename: a.patch}]}]";
  CHECK(identity_of(before) != identity_of(w.again()));
}
