// SPDX-License-Identifier: GPL-2.0-only
//
// What a capability can contain. Refused are characters that rpm would silently treat as a
// separator, expand, or take for something else (docs/relations.md); cli/relation_tokens.sh asks
// rpm itself.
#include <kpb/policy/tokens.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb::policy;

namespace {

constexpr const char* k_kernel = "5.14.0-362.8.1.el9_3.x86_64";

} // namespace

TEST_CASE("tokens: a function in its kernel, object and position", "[relations]") {
  CHECK(*function_token(k_kernel, {"vmlinux", "cmdline_proc_show", 1}) ==
        "5.14.0-362.8.1.el9_3.x86_64/vmlinux:cmdline_proc_show:1");
  CHECK(*function_token(k_kernel, {"vmlinux", "cmdline_proc_show", 0}) ==
        *function_token(k_kernel, {"vmlinux", "cmdline_proc_show", 1}));
  CHECK(*function_token(k_kernel, {"nf_tables", "f", 12}) ==
        "5.14.0-362.8.1.el9_3.x86_64/nf_tables:f:12");
}

TEST_CASE("tokens: what compilers make of names survives as it is", "[relations]") {
  const std::string name = GENERATE("f.isra.0", "f.constprop.1", "f.part.2.cold", "f.cold", "$x",
                                    "a$b", "_RNvCs1234_7mycrate3foo", "f.llvm.1234567890", "a..b");
  CHECK(*function_token(k_kernel, {"vmlinux", name, 1}) ==
        std::string(k_kernel) + "/vmlinux:" + name + ":1");
}

TEST_CASE("tokens: 300 characters survive, more than the kernel has are refused", "[relations]") {
  CHECK(function_token(k_kernel, {"vmlinux", std::string(300, 'f'), 1}));
  CHECK(function_token(k_kernel, {"vmlinux", std::string(511, 'f'), 1}));
  const auto refused = function_token(k_kernel, {"vmlinux", std::string(512, 'f'), 1});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().diagnostic().why ==
        "the function's name has 512 characters, more than the kernel's 511");
  CHECK_FALSE(function_token(k_kernel, {std::string(56, 'm'), "f", 1}));
}

TEST_CASE("tokens: what a package cannot carry is refused by name", "[relations]") {
  const std::string name =
      GENERATE("a b", "a,b", "ns::f", "f(int)", "f(int, char)", "a[0]", "a{b}", "a<b>", "a<b",
               "a@b", "a+b", "a=b", "a%b", "%{name}", "a/b", "a\"b", "a'b", "a\\b", "a\tb", "a\nb",
               "a;b", "a|b", "a&b", "a!b", "a#b", "a*b", "a?b", "caf\xc3\xa9", "");
  CAPTURE(name);
  const auto refused = function_token(k_kernel, {"vmlinux", name, 1});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().diagnostic().code == "function-name");
  CHECK(refused.error().diagnostic().what.find("of 'vmlinux' is refused") != std::string::npos);
  CHECK(refused.error().diagnostic().what.find('\n') == std::string::npos);
  CHECK_FALSE(function_token(k_kernel, {name, "f", 1}));
}

TEST_CASE("tokens: no part has a ':', so that one can be taken apart again", "[relations]") {
  CHECK_FALSE(function_token(k_kernel, {"a:b", "c", 1}));
  CHECK_FALSE(function_token(k_kernel, {"a", "b:c", 1}));
}

TEST_CASE("versions: what rpm takes as one", "[relations]") {
  for (const char* good : {"1-1", "1", "2:1-1", "5.14.0-362.8.1.el9_3.x86_64+rt", "6.1.0~rc3-1",
                           "6.6.2.1-3.azl3", "+1-1", "4294967295:1-1"})
    CHECK(is_rpm_version(good));
  for (const char* bad : {"", "-1", "1-", "6.1.0-56-amd64", "5.14.21-150400.22-default", "1..2-1",
                          ":1-1", "x:1-1", "4294967296:1-1", "1:2:3-1", "1-1 ", "1%2", "1/2"})
    CHECK_FALSE(is_rpm_version(bad));
}

TEST_CASE("references: NAME=VERSION-RELEASE, and nothing else", "[relations]") {
  CHECK(*parse_exact("kpatch-module-a-6.1=1-1", "--supersedes") ==
        Exact{"kpatch-module-a-6.1", "1-1"});
  CHECK(*parse_exact("a=3:1~rc1-2.el9", "--supersedes") == Exact{"a", "3:1~rc1-2.el9"});
  for (const char* bad : {"", "a", "a=", "=1-1", "a=1", "a=1-1-1", "a = 1-1", "a=1-1,b=1-1",
                          "a<=1-1", "a b=1-1", "a%{x}=1-1", "a=1-%1", "../a=1-1", "-a=1-1"}) {
    const auto refused = parse_exact(bad, "--on-top-of");
    CAPTURE(bad);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().diagnostic().code == "package-reference");
    CHECK(refused.error().diagnostic().what.find("--on-top-of") == 0);
  }
}

TEST_CASE("dependencies: three words or one", "[relations]") {
  const auto three = parse_dependency(" kernel-uname-r  >= 5.14.0-362.el9 ");
  REQUIRE(three);
  CHECK(three->name == "kernel-uname-r");
  CHECK(three->op == ">=");
  CHECK(three->version == "5.14.0-362.el9");
  CHECK(parse_dependency("kernel(x86-64)"));
  for (const char* bad : {"", "a b", "a = ", "a == 1", "a = 1 2", "(a or b)", "a, b",
                          "a = 6.1-5-amd64", "%{x}", "a\nb"})
    CHECK_FALSE(parse_dependency(bad));
}
