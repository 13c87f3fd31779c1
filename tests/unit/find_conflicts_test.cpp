// SPDX-License-Identifier: GPL-2.0-only
//
// Which subjects exclude each other, and the one reason for it. tests/solver shows that solvers
// agree.
#include "core/conflicts/find_conflicts.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

Subject package(const std::string& name, const std::string& evr) {
  Subject s;
  s.file = name + ".rpm";
  s.package = name;
  s.evr = evr;
  s.arch = "x86_64";
  s.format = "rpm";
  s.kernel = "K";
  s.sha256 = name + evr;
  s.relations = {{"conflicts", name, "<", evr}, {"conflicts", name, ">", evr}};
  return s;
}

Subject stacked(const std::string& name, const std::set<std::string>& functions) {
  Subject s = package(name, "1-1");
  s.replace = false;
  s.functions = functions;
  s.relations.push_back({"provides", "kpatch-stack(K)", "", ""});
  s.relations.push_back({"conflicts", "kpatch-slot(K)", "", ""});
  for (const auto& f : functions)
    for (const char* kind : {"provides", "conflicts"})
      s.relations.push_back({kind, "kpatch-func(K/" + f + ")", "", ""});
  return s;
}

Subject replacing(const std::string& name, const std::string& evr,
                  const std::set<std::string>& functions = {}) {
  Subject s = package(name, evr);
  s.replace = true;
  s.functions = functions;
  for (const char* kind : {"provides", "conflicts"})
    s.relations.push_back({kind, "kpatch-slot(K)", "", ""});
  s.relations.push_back({"conflicts", "kpatch-stack(K)", "", ""});
  return s;
}

// For each conflict "KIND[!]: WORD,WORD;", with '!' if a solver refuses the pair.
std::string found(const std::vector<Subject>& subjects) {
  std::string out;
  for (const auto& c : find_conflicts(subjects)) {
    out += std::string(c.kind) + (c.solver ? "!" : "") + ":";
    for (const auto& word : c.words)
      out += " " + word;
    out += ";";
  }
  return out;
}

} // namespace

TEST_CASE("conflicts: functions that two patch, and no others", "[conflicts]") {
  CHECK(found({stacked("a", {"vmlinux:f:1", "vmlinux:g:1"}),
               stacked("b", {"vmlinux:g:1", "ext4:f:1"})}) == "function!: vmlinux:g:1;");
  CHECK(found({stacked("a", {"vmlinux:f:1"}), stacked("b", {"vmlinux:f:2"})}).empty());
}

TEST_CASE("conflicts: what replaces others goes with nothing else", "[conflicts]") {
  CHECK(found({replacing("a", "1-1"), replacing("b", "1-1")}) == "slot!: K;");
  CHECK(found({replacing("a", "1-1"), stacked("b", {"vmlinux:f:1"})}) == "slot!: K;");
}

TEST_CASE("conflicts: packages of two architectures never meet", "[conflicts]") {
  auto other = replacing("b", "1-1");
  other.arch = "aarch64";
  CHECK(found({replacing("a", "1-1"), other}).empty());
}

TEST_CASE("conflicts: an RPM and a deb never meet", "[conflicts]") {
  auto other = replacing("b", "1-1");
  other.format = "deb";
  CHECK(found({replacing("a", "1-1"), other}).empty());
}

TEST_CASE("conflicts: nothing excludes itself", "[conflicts]") {
  auto a = replacing("a", "1-1");
  a.modules = {{"fix", "K", "content"}};
  CHECK(found({a, a}).empty());
  // The module of that package, and another one with the same name.
  auto bare = a;
  bare.package = bare.evr = "";
  bare.format = "module";
  bare.sha256 = "content";
  CHECK(found({a, bare}).empty());
  bare.sha256 = bare.modules[0].sha256 = "other";
  CHECK(found({a, bare}) == "slot!: K;module-name: fix;");
}

TEST_CASE("conflicts: versions of one package, and what the newer one lacks", "[conflicts]") {
  CHECK(found({replacing("a", "1-10", {"vmlinux:g:1"}),
               replacing("a", "1-9", {"vmlinux:f:1", "vmlinux:g:1"})}) ==
        "slot!: K;version!: a;lost-functions: vmlinux:f:1;");
  CHECK(found({replacing("a", "1-9", {"vmlinux:f:1"}),
               replacing("a", "1-10", {"vmlinux:f:1", "vmlinux:g:1"})}) == "slot!: K;version!: a;");
}

TEST_CASE("conflicts: a range of versions is on the side that it names", "[conflicts]") {
  auto ours = package("a", "1-1"), tool = package("t", "2-1");
  ours.relations = {{"conflicts", "t", ">", "1-1"}};
  CHECK(found({ours, tool}) == "relation!: t > 1-1;");
  ours.relations = {{"conflicts", "t", "<", "1-1"}};
  CHECK(found({ours, tool}).empty());
  ours.relations = {{"conflicts", "t", "<=", "2-1"}};
  CHECK(found({ours, tool}) == "relation!: t <= 2-1;");
  ours.relations = {{"conflicts", "t", "=", "2"}}; // rpm: without a release, any
  CHECK(found({ours, tool}) == "relation!: t = 2;");
}

TEST_CASE("conflicts: one name, version and release with two contents", "[conflicts]") {
  auto again = package("a", "1-1");
  CHECK(found({package("a", "1-1"), again}).empty());
  again.sha256 = "other";
  CHECK(found({package("a", "1-1"), again}) == "same-package: a-1-1;");
}

TEST_CASE("conflicts: one name of a module in one kernel", "[conflicts]") {
  auto a = package("a", "1-1"), b = package("b", "1-1");
  a.modules = {{"fix", "K", "1"}};
  b.modules = {{"fix", "K", "2"}};
  CHECK(found({a, b}) == "module-name: fix;");
  b.modules[0].sha256 = "1";
  CHECK(found({a, b}) == "module-name: fix;");
  b.modules[0].kernel = "L";
  CHECK(found({a, b}).empty());
}

TEST_CASE("conflicts: taking over, within a kernel and across", "[conflicts]") {
  auto next = package("b", "1-1");
  next.relations.push_back({"obsoletes", "a", "<=", "1-1"});
  next.relations.push_back({"provides", "a", "=", "1-1"});
  CHECK(found({package("a", "1-1"), next}) == "superseded!: a 1-1;");
  CHECK(found({package("a", "1-2"), next}).find("superseded") == std::string::npos);
  next.kernel = "L";
  CHECK(found({package("a", "1-1"), next}) == "superseded!: a 1-1;other-kernel: a;");
}

TEST_CASE("conflicts: what rides on another version of its base", "[conflicts]") {
  auto hotfix = package("h", "1-1");
  hotfix.relations.push_back({"requires", "a", "=", "1-1"});
  CHECK(found({replacing("a", "1-1"), hotfix}).empty());
  CHECK(found({replacing("a", "1-2"), hotfix}) == "base!: a = 1-1;");
}

TEST_CASE("conflicts: a vendor's patch of the kernel", "[conflicts]") {
  auto vendor = package("v", "1-1"), ours = package("a", "1-1");
  vendor.relations.push_back({"provides", "kpatch-patch", "=", "5.14.0-1.el9.x86_64"});
  ours.relations.push_back({"conflicts", "kpatch-patch", "=", "5.14.0-1.el9.x86_64"});
  CHECK(found({vendor, ours}) == "vendor!: kpatch-patch = 5.14.0-1.el9.x86_64;");
  ours.relations.back().version = "5.14.0-2.el9.x86_64";
  CHECK(found({vendor, ours}).empty());
}
