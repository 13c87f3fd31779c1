// SPDX-License-Identifier: GPL-2.0-only
//
// Names in a deb that dpkg-deb, dpkg and apt all accept: names, versions, architectures, file
// names. tests/cli/deb_apt.sh asks the tools themselves.
#include "core/programs/reconcile/package_name.hpp"
#include "plugins/deb/digest.hpp"
#include "plugins/deb/names.hpp"

#include <catch2/catch_test_macros.hpp>

#include <kpb/sdk.hpp>

using namespace kpb::deb;
using kpb::sdk::Error;

TEST_CASE("deb names: letters become small ones and nothing else is added", "[deb]") {
  CHECK(name_for("kpatch-module-fix-6.1.0-56-amd64") == "kpatch-module-fix-6.1.0-56-amd64");
  CHECK(name_for("kpatch-module-CVE-2026-1+x") == "kpatch-module-cve-2026-1+x");
}

TEST_CASE("deb names: where more than case changes, a digest tells them apart", "[deb]") {
  const std::string underscore = name_for("kpatch_module");
  CHECK(underscore == "kpatch-module-" + sha256("kpatch_module").substr(0, 8));
  CHECK(name_for("kpatch~module") != underscore);
  CHECK(name_for("kpatch-module") == "kpatch-module");
  CHECK(name_for("Kpatch_module") != underscore); // the digest of the original name
}

TEST_CASE("deb names: what no name can be made of is refused", "[deb]") {
  CHECK_THROWS_AS(name_for("a"), Error);
  CHECK_THROWS_AS(name_for(""), Error);
  CHECK_THROWS_AS(name_for("-x"), Error);
  CHECK_THROWS_AS(name_for("_x"), Error);
  CHECK_THROWS_AS(name_for(std::string(201, 'a')), Error);
  CHECK(name_for(std::string(200, 'a')).size() == 200);
}

TEST_CASE("deb versions: those that dpkg takes and no other", "[deb]") {
  for (const char* version : {"1-1", "1:1-1", "1.2~rc1-3", "1+git-2", "1-1-1", "1.0-1.el7",
                              "6.1.0-56-amd64", "2147483647:1-1", "0"})
    CHECK(is_version(version));
  for (const char* version : {"", "a-1", "1_2-1", "1^2-1", "1 -1", ":1-1", "x:1-1", "1:", "1-",
                              "-1", "2147483648:1-1", "3.10.0-229.el7.x86_64", "1-1:2", "1\n"})
    CHECK_FALSE(is_version(version));
  CHECK(version_for("", "1", "2") == "1-2");
  CHECK(version_for("3", "1~rc1", "2") == "3:1~rc1-2");
  CHECK_THROWS_AS(version_for("", "1-1", "1"), Error); // it would be another version and release
  CHECK_THROWS_AS(version_for("", "1", "1-1"), Error);
  CHECK_THROWS_AS(version_for("", "a", "1"), Error);
}

TEST_CASE("deb architectures: four, both ways", "[deb]") {
  for (const auto& [canonical, debian] : {std::pair{"x86_64", "amd64"},
                                          {"aarch64", "arm64"},
                                          {"ppc64le", "ppc64el"},
                                          {"s390x", "s390x"}}) {
    CHECK(architecture_for(canonical) == debian);
    CHECK(architecture_of(debian) == canonical);
  }
  CHECK_THROWS_AS(architecture_for("i686"), Error);
  CHECK(architecture_of("all") == "all");
}

TEST_CASE("deb file names: without the epoch, and no longer than a file system takes", "[deb]") {
  CHECK(file_name("a", "3:1-2", "amd64") == "a_1-2_amd64.deb");
  CHECK(file_name("a", "1-2", "amd64") == "a_1-2_amd64.deb");
  CHECK_THROWS_AS(file_name(std::string(200, 'a'), "1-" + std::string(60, '1'), "amd64"), Error);
}

TEST_CASE("deb: the runtime makes the same name for dpkg of a package's") {
  for (const char* name :
       {"kpatch-module-a-6.1.0", "kpatch-module-CVE-2026-1-6.1.0", "kpatch-module-a_b-6.1.0_el9",
        "kpatch-module-A_B~1-5.14.0-1.el9.x86_64", "a+b.c"})
    CHECK(kpb::runtime::name_for_dpkg(name) == kpb::deb::name_for(name));
}
