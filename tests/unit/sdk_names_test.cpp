// SPDX-License-Identifier: GPL-2.0-only
//
// The rules for names that kpb, the runtime and the plugins share.
#include <kpb/sdk/names.hpp>

#include <catch2/catch_test_macros.hpp>

using namespace kpb;
using namespace std::string_literals;

namespace {

void check(bool (*rule)(std::string_view), const std::vector<std::string>& good,
           const std::vector<std::string>& bad) {
  for (const auto& name : good) {
    CAPTURE(name);
    CHECK(rule(name));
  }
  for (const auto& name : bad) {
    CAPTURE(name);
    CHECK_FALSE(rule(name));
  }
}

} // namespace

TEST_CASE("names: what the kernel calls a module", "[names]") {
  check(is_module_name, {"a", "kpatch_1_2", "8021q", "_x", std::string(55, 'a')},
        {"", "a-b", "a.b", "a b", "a\0"s, "\xc3\xa4", std::string(56, 'a')});
  CHECK(kernel_form("kpatch-a.b-1") == "kpatch_a_b_1");
  CHECK(kernel_form("a_b") == "a_b");
  CHECK(kernel_form("").empty());
}

TEST_CASE("names: a kernel's release", "[names]") {
  check(
      is_release,
      {"6", "6.1.0-56-amd64", "5.14.0-362.8.1.el9_3.x86_64", "6.1+x~y", "6" + std::string(63, '0')},
      {"", "a6", "-6", "6..1", "6/1", "6 1", "6\n", "6" + std::string(64, '0')});
}

TEST_CASE("names: parts of paths, and paths of such parts", "[names]") {
  check(is_path_part, {"a", ".a", "a..b", "_", "~", "+", "a-", std::string(255, 'a')},
        {"", ".", "..", "-a", "a b", "a/b", "a\0"s, "a%", std::string(256, 'a')});
  check(is_relative_path, {"a", "a/b/c.ko", ".a/b"},
        {"", "/a", "a/", "a//b", "../a", "a/../b", "a/.", "a/-b", "a/" + std::string(256, 'b')});
}

TEST_CASE("names: what a package may be called", "[names]") {
  check(is_package_name,
        {"a", "0", "kpatch-module-a_b+c-5.14.0", "a.b", "a.", std::string(300, 'a')},
        {"", ".a", "-a", "_a", "+a", "a..b", "a~b", "a b", "a/b", "a\n", "\xc3\xa4"});
}

TEST_CASE("names: CVE identifiers", "[names]") {
  check(is_cve, {"CVE-2026-1234", "CVE-1999-0001", "CVE-2026-1234567890123456789"},
        {"", "CVE-", "CVE-2026", "CVE-2026-", "CVE-2026-123", "cve-2026-1234", "CVE-26-1234",
         "CVE-026-12345", "CVE-20261-1234", "CVE-2026-12x4", "CVE-2026-1234-5", "CVE-2026-1234 ",
         " CVE-2026-1234", "CVE-2026-12345678901234567890", "CVE-2O26-1234", "CVE-2026--1234",
         "CVE 2026-1234", "CVE-2026 1234"});
}

TEST_CASE("names: what dpkg calls a package", "[names]") {
  const auto digest = [](std::string_view text) { return "0123456789" + std::string(text); };
  CHECK(name_for_dpkg("kpatch-module-fix-6.1.0+x", digest) == "kpatch-module-fix-6.1.0+x");
  CHECK(name_for_dpkg("CVE-2026-1", digest) == "cve-2026-1"); // case alone needs no digest
  CHECK(name_for_dpkg("a_B~c", digest) == "a-b-c-01234567");
  CHECK(name_for_dpkg("\xc3\xa4", digest) == "---01234567");
  CHECK(name_for_dpkg("", digest).empty());
  // The digest is of the name as it was.
  const auto length = [](std::string_view text) {
    return text == "A_b" ? "aaaaaaaa"s : "bbbbbbbb"s;
  };
  CHECK(name_for_dpkg("A_b", length) == "a-b-aaaaaaaa");
}
