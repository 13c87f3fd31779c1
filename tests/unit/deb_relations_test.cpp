// SPDX-License-Identifier: GPL-2.0-only
//
// How a deb expresses a document's relations, which are in RPM's form: the table of
// docs/relations.md (Debs), line by line.
#include "core/model/document.hpp"
#include "core/plugin/bridge.hpp"
#include "plugins/deb/digest.hpp"
#include "plugins/deb/names.hpp"
#include "plugins/deb/relations.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <kpb/sdk.hpp>

using namespace kpb::deb;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kpb::sdk::Error;
using kpb::views::Relation;
using List = std::vector<Relation>;

namespace {

constexpr const char* k_kernel = "6.1.0-56-amd64";

struct Package {
  explicit Package(const std::string& kernel = k_kernel) {
    d.put_text("/package/name", "kpatch-module-own", "");
    d.put_text("/package/summary", "s", "");
    d.put_text("/kernel/release", kernel, "");
  }
  Package& with(const std::string& kind, const std::string& name, const std::string& op = "",
                const std::string& version = "", const std::string& role = "") {
    const std::string at = kpb::pointer("/relations", d.size("/relations"));
    for (const auto& [member, value] : {std::pair{"kind", kind},
                                        {"name", name},
                                        {"operator", op},
                                        {"version", version},
                                        {"role", role}})
      if (!value.empty())
        d.put_text(at + "/" + member, value, "");
    return *this;
  }
  Package& set(const std::string& key, const std::string& value) {
    d.put_text("/settings/" + key, value, "");
    return *this;
  }
  Relations mapped(bool strict = false) const {
    const kpb::DocumentView view(d);
    return relations_of(kpb::sdk::Document(view.abi()), "kpatch-module-own", strict);
  }
  List list() const { return mapped().list; }
  kpb::Document d;
};

} // namespace

TEST_CASE("deb relations: of the kernel, which is enhanced", "[deb]") {
  CHECK(Package().with("provides", std::string("kpatch-patch(") + k_kernel + ")").list() ==
        List{{"enhances", "linux-image-6.1.0-56-amd64", "", ""},
             {"provides", "kpatch-patch", "=", k_kernel}});
  // No package in Debian has this release in its name, and it is not a valid version either.
  CHECK(Package("3.10.0-229.el7.x86_64")
            .with("provides", "kpatch-patch(3.10.0-229.el7.x86_64)")
            .list()
            .empty());
  // What RPM kernels and vendors of RPMs provide is not required in a deb.
  CHECK(Package().with("requires", "kernel-uname-r", "=", "5.14.0-1.el9").list().empty());
  CHECK(Package().with("requires", "kernel-default", "=", "1-1", "kernel").list().empty());
  CHECK(Package().with("conflicts", "kpatch-patch", "=", k_kernel).list().empty());
}

TEST_CASE("deb relations: strict-kernel asks for one build of the kernel, signed or not", "[deb]") {
  Package package;
  package.with("provides", std::string("kpatch-patch(") + k_kernel + ")");
  CHECK_THROWS_MATCHES(package.mapped(true), Error,
                       MessageMatches(ContainsSubstring("needs the version")));
  package.d.put_text("/kernel/package_version", "6.1.192-2", "");
  CHECK(
      package.mapped(true).list[0] ==
      Relation{
          "requires",
          "linux-image-6.1.0-56-amd64 (= 6.1.192-2) | linux-image-6.1.0-56-amd64-unsigned (= 6.1.192-2)",
          "", ""});
  CHECK_THROWS_MATCHES(Package().mapped(true), Error,
                       MessageMatches(ContainsSubstring("has no effect")));
}

TEST_CASE("deb relations: strict-kernel knows how Ubuntu and Proxmox name an image", "[deb]") {
  const auto required = [](const std::string& kernel) {
    Package package(kernel);
    package.with("provides", "kpatch-patch(" + kernel + ")");
    package.d.put_text("/kernel/package_version", "1-2", "");
    return package.mapped(true).list[0].name;
  };
  CHECK(required("5.15.0-87-generic") ==
        "linux-image-5.15.0-87-generic (= 1-2) | linux-image-unsigned-5.15.0-87-generic (= 1-2)");
  CHECK(required("6.8.12-5-pve") ==
        "proxmox-kernel-6.8.12-5-pve-signed (= 1-2) | proxmox-kernel-6.8.12-5-pve (= 1-2) | "
        "pve-kernel-6.8.12-5-pve (= 1-2)");
  for (const char* debian : {"6.1.0-18-cloud-amd64", "6.12.48+deb13-arm64-16k", "6.12.107-kpbtest"})
    CHECK(required(debian) == "linux-image-" + std::string(debian) + " (= 1-2) | linux-image-" +
                                  debian + "-unsigned (= 1-2)");
}

TEST_CASE("deb relations: slot and stack by the kernel's name, or its digest", "[deb]") {
  CHECK(Package().with("conflicts", "kpatch-slot(6.1.0-56-amd64)").list() ==
        List{{"conflicts", "kpatch-slot-6.1.0-56-amd64", "", ""}});
  const std::string odd = "3.10.0-229.el7.x86_64";
  CHECK(Package(odd).with("provides", "kpatch-stack(" + odd + ")").list() ==
        List{{"provides", "kpatch-stack-" + sha256(odd).substr(0, 16), "", ""}});
  CHECK(Package().with("provides", "kpatch-slot(6.1~rc1)").list() ==
        List{{"provides", "kpatch-slot-" + sha256("6.1~rc1").substr(0, 16), "", ""}});
}

TEST_CASE("deb relations: functions and states by digest", "[deb]") {
  const std::string inside = "6.1.0-56-amd64/vmlinux:a.isra.0:1";
  CHECK(Package()
            .with("provides", "kpatch-func(" + inside + ")")
            .with("conflicts", "kpatch-func(" + inside + ")")
            .list() == List{{"provides", "kpatch-func-" + sha256(inside).substr(0, 16), "", ""},
                            {"conflicts", "kpatch-func-" + sha256(inside).substr(0, 16), "", ""}});
  CHECK(Package().with("provides", "kpatch-state(6.1.0-56-amd64/7)").list() ==
        List{{"provides", "kpatch-state-" + sha256("6.1.0-56-amd64/7").substr(0, 16), "", ""}});
}

TEST_CASE("deb relations: functions are as many as apt can take", "[deb]") {
  Package package;
  for (int i = 0; i < 2000; ++i)
    package.with("provides", "kpatch-func(K/vmlinux:f" + std::to_string(i) + ":1)");
  CHECK(package.list().size() == 2000);
  package.with("provides", "kpatch-func(K/vmlinux:one_more:1)");
  CHECK_THROWS_MATCHES(package.list(), Error,
                       MessageMatches(ContainsSubstring("more than 2000 functions")));
}

TEST_CASE("deb relations: the module's name, the base, and what a policy adds", "[deb]") {
  CHECK(Package().with("provides", "kpatch-module(fix)", "=", "2:1-1").list() ==
        List{{"provides", "kpatch-module-fix", "=", "2:1-1"}});
  CHECK(Package().with("provides", "kpatch-module(a_b)", "=", "1-1").list()[0].name ==
        name_for("kpatch-module-a_b"));
  CHECK(Package().with("requires", "kpatch-module-BASE", "=", "1-1").list() ==
        List{{"requires", "kpatch-module-base", "=", "1-1"}});
  CHECK(Package().with("requires", "kpb-runtime").with("requires", "kpb-runtime").list() ==
        List{{"requires", "kpb-runtime", "", ""}}); // once
  // Policy rhel's own choice is for RPMs. A package that explicitly chooses kpatch, or has a
  // relation to it, keeps it.
  CHECK(Package().with("requires", "kpatch", "", "", "runtime").list() ==
        List{{"requires", "kpb-runtime", "", ""}});
  CHECK(Package().with("requires", "kpatch", "", "", "runtime").set("runtime", "kpatch").list() ==
        List{{"requires", "kpatch", "", ""}});
  CHECK(Package().with("requires", "kpatch", "", "", "site").list() ==
        List{{"requires", "kpatch", "", ""}});
  CHECK(Package().with("requires", "loader", "", "", "runtime").list() ==
        List{{"requires", "loader", "", ""}});
  CHECK(Package().with("conflicts", "other", "<", "2-1").list() ==
        List{{"conflicts", "other", "<<", "2-1"}});
  CHECK(Package().with("conflicts", "other", ">", "2-1").list() ==
        List{{"conflicts", "other", ">>", "2-1"}});
  // dpkg installs only one version of a package at a time.
  CHECK(Package().with("conflicts", "kpatch-module-own", "<", "1-1").list().empty());
}

TEST_CASE("deb relations: taking over", "[deb]") {
  const auto mapped = Package()
                          .with("obsoletes", "kpatch-module-Old", "<=", "1:1-3")
                          .with("provides", "kpatch-module-Old", "=", "1:1-3")
                          .mapped();
  CHECK(mapped.list == List{{"breaks", "kpatch-module-old", "<<", "1:1-3+kpb"},
                            {"replaces", "kpatch-module-old", "<<", "1:1-3+kpb"}});
  REQUIRE(mapped.superseded.size() == 1);
  CHECK(mapped.superseded[0].original == "kpatch-module-Old");
  CHECK(mapped.superseded[0].bound == "1:1-3+kpb");
  CHECK(Package().with("obsoletes", "a1", "<", "2-1").mapped().superseded[0].bound == "2-1");
}

TEST_CASE("deb relations: what a deb cannot say is refused", "[deb]") {
  const auto [kind, name, op, version, reason] =
      GENERATE(table<const char*, const char*, const char*, const char*, const char*>({
          {"requires", "/bin/sh", "", "", "not on files"},
          {"requires", "kpatch-patch", "=", "1", "but not require it"},
          {"requires", "other", "=", "1_2-1", "not a valid version for dpkg"},
          {"provides", "other", ">=", "1-1", "one version"},
          {"obsoletes", "other", "", "", "versions up to a limit"},
          {"obsoletes", "other", ">", "1-1", "versions up to a limit"},
          {"obsoletes", "other", "<=", "x-1", "versions up to a limit"},
          {"obsoletes", "kpatch-module-OWN", "<=", "1-1",
           "would both be called 'kpatch-module-own'"},
          {"conflicts", "kpatch-module-Own", "", "", "would both be called 'kpatch-module-own'"},
          {"requires", "x", "", "", "still not a valid name"},
      }));
  CAPTURE(kind, name, op, version);
  CHECK_THROWS_MATCHES(Package().with(kind, name, op, version).list(), Error,
                       MessageMatches(ContainsSubstring(reason)));
}

TEST_CASE("deb relations: a condition is refused", "[deb]") {
  Package package;
  package.with("requires", "other");
  package.d.put_text("/relations/0/condition", "kernel-uname-r = 1", "");
  CHECK_THROWS_MATCHES(package.list(), Error,
                       MessageMatches(ContainsSubstring("it has a condition")));
}
