// SPDX-License-Identifier: GPL-2.0-only
//
// The scheme of relations, line by line: the relations of each kind of package. tests/solver asks
// the real solvers whether they keep the right packages apart.
#include <kpb/policy/relations.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <algorithm>

using namespace kpb::policy;

namespace {

using Lines = std::vector<std::string>;

Facts facts(const std::string& kernel = "5.14.0-362.8.1.el9_3.x86_64") {
  Facts f;
  f.kernel = kernel_of(kernel);
  f.name = "NAME";
  f.stem = "fix";
  f.version = "2";
  f.release = "3";
  f.replace = true;
  return f;
}

Facts stacked(const std::string& kernel = "5.14.0-362.8.1.el9_3.x86_64") {
  Facts f = facts(kernel);
  f.replace = false;
  f.functions = {{"vmlinux", "cmdline_proc_show", 0}, {"ext4", "f", 2}};
  return f;
}

Lines lines(const Facts& f) {
  const auto relations = relations_of(f);
  INFO((relations ? "" : relations.error().what()));
  REQUIRE(relations);
  Lines out;
  for (const auto& relation : *relations) {
    CHECK_FALSE(relation.because.empty());
    CHECK_FALSE(relation.role.empty());
    out.push_back(relation.kind + ": " + text_of(relation));
  }
  return out;
}

kpb::sdk::Diagnostic problem(const Facts& f) {
  const auto relations = relations_of(f);
  REQUIRE_FALSE(relations);
  return relations.error().diagnostic();
}

bool has(const Lines& all, const std::string& line) {
  return std::find(all.begin(), all.end(), line) != all.end();
}

} // namespace

TEST_CASE("relations: a module that replaces every other", "[relations]") {
  CHECK(lines(facts()) == Lines{
                              "provides: kpatch-module(fix) = 2-3",
                              "provides: kpatch-patch(5.14.0-362.8.1.el9_3.x86_64)",
                              "conflicts: NAME < 2-3",
                              "conflicts: NAME > 2-3",
                              "requires: kpb-runtime",
                              "requires: kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64",
                              "provides: kpatch-slot(5.14.0-362.8.1.el9_3.x86_64)",
                              "conflicts: kpatch-slot(5.14.0-362.8.1.el9_3.x86_64)",
                              "conflicts: kpatch-stack(5.14.0-362.8.1.el9_3.x86_64)",
                              "conflicts: kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64",
                          });
}

TEST_CASE("relations: a module that is added to others", "[relations]") {
  CHECK(lines(stacked()) ==
        Lines{
            "provides: kpatch-module(fix) = 2-3",
            "provides: kpatch-patch(5.14.0-362.8.1.el9_3.x86_64)",
            "conflicts: NAME < 2-3",
            "conflicts: NAME > 2-3",
            "requires: kpb-runtime",
            "requires: kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64",
            "provides: kpatch-stack(5.14.0-362.8.1.el9_3.x86_64)",
            "conflicts: kpatch-slot(5.14.0-362.8.1.el9_3.x86_64)",
            "provides: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/vmlinux:cmdline_proc_show:1)",
            "conflicts: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/vmlinux:cmdline_proc_show:1)",
            "provides: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/ext4:f:2)",
            "conflicts: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/ext4:f:2)",
        });
}

TEST_CASE("relations: on top of another package", "[relations]") {
  Facts f = stacked();
  f.on_top_of = Exact{"kpatch-patch-5_14_0-362_8_1", "1-4"};
  const Lines all = lines(f);
  CHECK(has(all, "requires: kpatch-patch-5_14_0-362_8_1 = 1-4"));
  CHECK(has(all, "provides: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/ext4:f:2)"));
  CHECK(has(all, "conflicts: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/ext4:f:2)"));
  for (const auto& line : all) {
    CHECK(line.find("kpatch-stack(") == std::string::npos);
    CHECK(line.find("kpatch-slot(") == std::string::npos);
  }
}

TEST_CASE("relations: rhel's are what dnf and kpatch-dnf look for", "[relations]") {
  Facts f = facts();
  f.scheme = Scheme::rhel;
  const Lines all = lines(f);
  CHECK(has(all, "provides: kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64"));
  CHECK(has(all, "provides: kpatch-patch = 5.14.0-362.8.1.el9_3"));
  CHECK(has(all, "requires: kpatch"));
  CHECK_FALSE(has(all, "requires: kpb-runtime"));
  CHECK(has(all, "conflicts: kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64"));
}

TEST_CASE("relations: nobody but rhel provides kpatch-patch = K", "[relations]") {
  for (const auto& line : lines(facts()))
    CHECK(line.find("provides: kpatch-patch =") == std::string::npos);
}

TEST_CASE("relations: the empty package of a kernel", "[relations]") {
  Facts f = facts();
  f.kind = PackageKind::subscription;
  f.version = f.release = "0";
  f.replace.reset();
  CHECK(lines(f) == Lines{
                        "provides: kpatch-module(fix) = 0-0",
                        "provides: kpatch-patch(5.14.0-362.8.1.el9_3.x86_64)",
                        "provides: kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64",
                        "provides: kpatch-patch = 5.14.0-362.8.1.el9_3",
                        "conflicts: NAME < 0-0",
                        "conflicts: NAME > 0-0",
                        "requires: kpatch",
                        "requires: kernel-uname-r = 5.14.0-362.8.1.el9_3.x86_64",
                    });
}

TEST_CASE("relations: a kernel that is no version for rpm has no versioned relation",
          "[relations]") {
  for (const char* kernel : {"6.1.0-56-amd64", "5.14.21-150400.22-default"})
    for (const auto& line : lines(facts(kernel))) {
      CAPTURE(line);
      CHECK(line.find("kpatch-patch =") == std::string::npos);
      CHECK(line.find("requires: kernel") == std::string::npos);
    }
  CHECK(has(lines(facts("6.6.2.1-3.azl3")), "conflicts: kpatch-patch = 6.6.2.1-3.azl3"));
}

TEST_CASE("relations: an epoch is part of every version", "[relations]") {
  Facts f = facts();
  f.epoch = "7";
  const Lines all = lines(f);
  CHECK(has(all, "provides: kpatch-module(fix) = 7:2-3"));
  CHECK(has(all, "conflicts: NAME < 7:2-3"));
  CHECK(has(all, "conflicts: NAME > 7:2-3"));
}

TEST_CASE("relations: what superseding takes over", "[relations]") {
  Facts f = facts();
  f.supersedes = {{"kpatch-module-old-5.14.0-362.8.1.el9_3", "1-1"},
                  {"kpatch-patch-5_14_0-362_8_1", "2:1-1"}};
  const Lines all = lines(f);
  CHECK(has(all, "obsoletes: kpatch-module-old-5.14.0-362.8.1.el9_3 <= 1-1"));
  CHECK(has(all, "provides: kpatch-module-old-5.14.0-362.8.1.el9_3 = 1-1"));
  CHECK(has(all, "obsoletes: kpatch-patch-5_14_0-362_8_1 <= 2:1-1"));
}

TEST_CASE("relations: another kernel's package is neither superseded nor ridden on",
          "[relations]") {
  const Exact other{"kpatch-module-old-5.14.0-362.13.1.el9_3", "1-1"};
  Facts f = facts();
  f.supersedes = {other};
  CHECK(problem(f).code == "package-kernel");
  CHECK(problem(f).what == "--supersedes " + other.name + " is refused");
  f = stacked();
  f.on_top_of = other;
  CHECK(problem(f).code == "package-kernel");
  // The name that the tool of 2015 used is the same for all kernels.
  f.on_top_of = Exact{"kpatch-module-old", "1-1"};
  CHECK(problem(f).code == "package-kernel");
}

TEST_CASE("relations: a package takes over from others, not from itself", "[relations]") {
  Facts f = facts();
  f.name = "kpatch-module-fix-5.14.0-362.8.1.el9_3";
  f.supersedes = {{f.name, "1-1"}};
  CHECK(problem(f).code == "package-reference");
}

TEST_CASE("relations: what replaces every other rides on none", "[relations]") {
  Facts f = facts();
  f.on_top_of = Exact{"kpatch-patch-5_14_0-362_8_1", "1-4"};
  CHECK(problem(f).code == "on-top-of-replace");
}

TEST_CASE("relations: klp states keep stacked packages apart", "[relations]") {
  Facts f = stacked();
  f.states = {"7", "7", "12"};
  const Lines all = lines(f);
  CHECK(has(all, "provides: kpatch-state(5.14.0-362.8.1.el9_3.x86_64/7)"));
  CHECK(has(all, "conflicts: kpatch-state(5.14.0-362.8.1.el9_3.x86_64/12)"));
  CHECK(std::count(all.begin(), all.end(),
                   "provides: kpatch-state(5.14.0-362.8.1.el9_3.x86_64/7)") == 1);
  f.states = {"x"};
  CHECK(problem(f).code == "klp-state");
}

TEST_CASE("relations: the settings", "[relations]") {
  Facts f = facts();
  f.settings.runtime = "kpatch";
  f.settings.kernel_requires = "kernel >= 5.14";
  f.settings.vendor_conflict = false;
  Lines all = lines(f);
  CHECK(has(all, "requires: kpatch"));
  CHECK(has(all, "requires: kernel >= 5.14"));
  CHECK_FALSE(has(all, "conflicts: kpatch-patch = 5.14.0-362.8.1.el9_3.x86_64"));
  f.settings.runtime = "none";
  f.settings.kernel_requires = "none";
  for (const auto& line : lines(f))
    CHECK(line.find("requires") == std::string::npos);
  f.settings.runtime = "systemd";
  CHECK(problem(f).code == "setting-value");
  f.settings.runtime.reset();
  f.settings.kernel_requires = "(a or b)";
  CHECK(problem(f).code == "setting-value");
}

TEST_CASE("relations: every vendor's own cumulative patch is excluded", "[relations]") {
  struct Row {
    const char* kernel;
    const char* line;
  };
  for (const Row& row : {
           Row{"6.1.147-172.266.amzn2023.x86_64",
               "conflicts: kernel-livepatch-6.1.147-172.266 >= 1.0-1"},
           Row{"5.14.21-150400.24.133-default",
               "conflicts: kernel-livepatch-5_14_21-150400_24_133-default"},
           Row{"5.15.131.1-3.cm2", "conflicts: livepatch = 5.15.131.1-3.cm2"},
           Row{"6.12.0-55.9.1.el10_0.x86_64",
               "conflicts: kpatch-patch = 6.12.0-55.9.1.el10_0.x86_64"},
       }) {
    CAPTURE(row.kernel);
    Facts f = facts();
    f.kernel = kernel_of(row.kernel);
    CHECK(has(lines(f), row.line));
    f.settings.vendor_conflict = false;
    CHECK_FALSE(has(lines(f), row.line));
    // A stacked patch does not disable it.
    f = stacked();
    f.kernel = kernel_of(row.kernel);
    CHECK_FALSE(has(lines(f), row.line));
  }
  // Policy suse takes SUSE's name, and does not exclude itself.
  Facts f = facts();
  f.kernel = kernel_of("5.14.21-150400.24.133-default");
  f.name = "kernel-livepatch-5_14_21-150400_24_133-default";
  CHECK_FALSE(has(lines(f), "conflicts: kernel-livepatch-5_14_21-150400_24_133-default"));
}

TEST_CASE("relations: what is not known is refused", "[relations]") {
  Facts f = facts();
  f.replace.reset();
  CHECK(problem(f).code == "replace-unknown");
  f = stacked();
  f.functions.clear();
  CHECK(problem(f).code == "functions-unknown");
}

TEST_CASE("relations: a function is listed once, whatever the file repeats", "[relations]") {
  Facts f = stacked();
  f.functions = {
      {"vmlinux", "f", 0}, {"vmlinux", "f", 1}, {"vmlinux", "f", 2}, {"vmlinux", "f", 1}};
  const Lines all = lines(f);
  const auto count = [&](const std::string& line) {
    return std::count(all.begin(), all.end(), line);
  };
  CHECK(count("provides: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/vmlinux:f:1)") == 1);
  CHECK(count("conflicts: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/vmlinux:f:1)") == 1);
  CHECK(count("provides: kpatch-func(5.14.0-362.8.1.el9_3.x86_64/vmlinux:f:2)") == 1);
}

TEST_CASE("relations: 2,000 functions and no more", "[relations]") {
  Facts f = stacked();
  f.functions.clear();
  for (size_t i = 0; i < 2000; ++i)
    f.functions.push_back({"vmlinux", "f" + std::to_string(i), 1});
  CHECK(lines(f).size() == 8 + 4000);
  f.functions.push_back({"vmlinux", "one_more", 1});
  CHECK(problem(f).code == "functions-many");
}

TEST_CASE("relations: a function that no token can carry is refused, and named", "[relations]") {
  Facts f = stacked();
  f.functions.push_back({"vmlinux", "f(int, char)", 1});
  CHECK(problem(f).code == "function-name");
  CHECK(problem(f).what == "the function 'f(int, char)' of 'vmlinux' is refused");
}
