// SPDX-License-Identifier: GPL-2.0-only
//
// The rpm plugin's texts: what is escaped, what is refused, and that the spec reader sees what rpm
// would see. tests/property/spec_text.py asks rpm itself; here are the rules one by one.
#include "plugins/rpm/allow_list.hpp"
#include "plugins/rpm/changelog.hpp"
#include "plugins/rpm/spec_reader.hpp"
#include "plugins/rpm/spec_text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <string>
#include <utility>

using namespace kpb::rpm;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using kpb::sdk::Error;

namespace {

std::string lines(std::string_view text) { return spec_lines(text, "description"); }
std::string line(std::string_view text) { return spec_line(text, "summary"); }

constexpr std::string_view k_spec = R"(# p: a kernel live patch
%global debug_package %{nil}

Name: kpatch-module-p
Epoch: 3
Version: 1
Release: 2
Summary: 100%% safe
License: GPL-2.0-only
Group: System Environment/Kernel
Source0: p.ko
BuildRequires: gcc
AutoReqProv: no
Provides: kpatch-module(p) = 3:1-2
Conflicts: kpatch-slot(5.14.0)
Requires: kernel-uname-r = 5.14.0

%description
First line.

| %%post is text
Last line.

%prep

%install
install -D -p -m 0644 "${RPM_SOURCE_DIR:?}/p.ko" "${RPM_BUILD_ROOT:?}/var/lib/kpatch/5.14.0/p.ko"

%files
%dir %attr(0755,root,root) /var/lib/kpatch/5.14.0
%attr(0644,root,root) /var/lib/kpatch/5.14.0/p.ko
%doc %attr(0644,root,root) /usr/share/doc/p/p.patch
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text(k_spec);
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

} // namespace

TEST_CASE("spec text: the recipe of a description", "[rpm]") {
  const auto [text, escaped] = GENERATE(table<std::string, std::string>({
      {"plain", "plain"},
      {"100% sure", "100%% sure"},
      {"%post", "| %%post"},
      {"  %%files", "|   %%%%files"},
      {"# not a comment", "| # not a comment"},
      {"a # b", "a # b"},
      {"a\\%(id)", "a\\ %%(id)"},
      {"ends in \\", "ends in \\ ."},
      {"a\r\nb\rc\nd", "a\nb\nc\nd"},
      {"a\tb  \n", "a b"},
      {"\n\n  \ntext\n\nmore\n \n", "text\n\nmore"},
      {"", "-"},
      {" \n\t\n", "-"},
      {"%{lua:print(1)}\n%(id)", "| %%{lua:print(1)}\n| %%(id)"},
      {"caf\u00e9 \u65e5\u672c", "caf\u00e9 \u65e5\u672c"},
  }));
  CHECK(lines(text) == escaped);
}

TEST_CASE("spec text: one line behind a tag", "[rpm]") {
  CHECK(line("100% sure") == "100%% sure");
  CHECK(line("%(id)") == "%%(id)");
  CHECK(line("# 1") == "# 1");
  CHECK(line("  x\t") == "x");
  CHECK(line("\\%x\\") == "\\ %%x\\ .");
  CHECK_THROWS_MATCHES(line("a\nb"), Error,
                       MessageMatches(ContainsSubstring("byte 1 ends the line")));
  CHECK_THROWS_MATCHES(line("a\rb"), Error,
                       MessageMatches(ContainsSubstring("byte 1 ends the line")));
  CHECK_THROWS_MATCHES(line(" \t"), Error, MessageMatches(ContainsSubstring("summary is empty")));
}

TEST_CASE("spec text: what an RPM cannot hold is refused with its place", "[rpm]") {
  using namespace std::string_literals;
  const auto [text, reason] = GENERATE(table<std::string, std::string>({
      {"ab\x1b[31m", "byte 2 is the control byte \\x1b"},
      {"a\0b"s, "byte 1 is the control byte \\x00"},
      {"a\x7f", "byte 1 is the control byte \\x7f"},
      {"a\xc2\x85z", "byte 1 is the control byte \\x85"},
      {"a\u202e", "byte 1 is U+202e"},
      {"a\u2066", "byte 1 is U+2066"},
      {"a\xff", "byte 1 (\\xff) is not UTF-8"},
      {"\xc3(", "byte 0 (\\xc3) is not UTF-8"},
      {"\xc0\xaf", "byte 0 (\\xc0) is not UTF-8"},     // overlong
      {"\xe0\x80\xaf", "byte 0 (\\xe0) is not UTF-8"}, // overlong
      {"\xed\xa0\x80", "byte 0 (\\xed) is not UTF-8"}, // surrogate
      {"\xf4\x90\x80\x80", "byte 0 (\\xf4) is not UTF-8"},
      {"\u20ac\xe2\x82", "byte 3 (\\xe2) is not UTF-8"}, // cut
  }));
  CHECK_THROWS_MATCHES(lines(text), Error, MessageMatches(ContainsSubstring(reason)));
  CHECK_THROWS_MATCHES(line(text), Error, MessageMatches(ContainsSubstring(reason)));
}

TEST_CASE("spec text: unescaping finds what was not escaped", "[rpm]") {
  std::string out;
  CHECK(unescape_spec_text("100%% %%{x}", out));
  CHECK(out == "100% %{x}");
  CHECK_FALSE(unescape_spec_text("%(id)", out));
  CHECK_FALSE(unescape_spec_text("%%%", out));
}

TEST_CASE("allow-lists: names, versions, paths", "[rpm]") {
  CHECK(package_name("kpatch-patch-5_14_0-362_8_1") == "kpatch-patch-5_14_0-362_8_1");
  CHECK(package_name(std::string(200, 'a')).size() == 200);
  for (const auto& name : {std::string(), std::string("-x"), std::string(".x"), std::string("a..b"),
                           std::string("a/b"), std::string("a b"), std::string("a%b"),
                           std::string("a~b"), std::string("caf\u00e9"), std::string(201, 'a')})
    CHECK_THROWS_AS(package_name(name), Error);
  CHECK(version_part("1.0~rc1+x_2", "version") == "1.0~rc1+x_2");
  for (const char* version : {"", "1-2", "1..2", "1 2", "1%", "1:2", "1^2"})
    CHECK_THROWS_AS(version_part(version, "version"), Error);
  CHECK(epoch_number("4294967295") == "4294967295");
  CHECK(epoch_number("").empty());
  for (const char* epoch : {"4294967296", "-1", "1a", " 1", "99999999999999999999999"})
    CHECK_THROWS_AS(epoch_number(epoch), Error);
  CHECK(install_path("/var/lib/kpatch/5.14.0-1.el9+rt/a_b~1.ko") ==
        "/var/lib/kpatch/5.14.0-1.el9+rt/a_b~1.ko");
  for (const char* path : {"", "/", "a", "/a/", "/a//b", "/a/../b", "/./a", "/a b", "/a*", "/%a",
                           "/a\nb", "/a{b,c}", "/a/-b", "/a\"", "/$a"})
    CHECK_THROWS_AS(install_path(path), Error);
  CHECK(relative_path("out/k.ko") == "out/k.ko");
  for (const char* path : {"", "/out/k.ko", "../k.ko", "out/../k.ko", "a;b"})
    CHECK_THROWS_AS(relative_path(path), Error);
  CHECK(file_name("a.patch") == "a.patch");
  CHECK(file_name(std::string(255, 'a')).size() == 255);
  for (const auto& name : {std::string(), std::string(".a"), std::string("-a"), std::string("a/b"),
                           std::string("a b"), std::string("%(id)"), std::string(256, 'a')})
    CHECK_THROWS_AS(file_name(name), Error);
}

TEST_CASE("allow-lists: dependencies stay one dependency", "[rpm]") {
  CHECK(dependency("kpatch-func(5.14.0-1.el9/vmlinux:a.isra.0:1)", "", "") ==
        "kpatch-func(5.14.0-1.el9/vmlinux:a.isra.0:1)");
  CHECK(dependency("a", "<=", "1:2-3") == "a <= 1:2-3");
  CHECK(dependency_line("kernel-devel-uname-r = 5.14.0-1.el9.x86_64") ==
        "kernel-devel-uname-r = 5.14.0-1.el9.x86_64");
  for (const char* name : {"", "a b", "a,b", "(a or b)", "f(int, char)", "a%{b}", "a(", "rpmlib(X)",
                           "config(x)", "a\"", "a\nb", "a=1", "a<1", "-a"})
    CHECK_THROWS_AS(dependency(name, "", ""), Error);
  for (const char* evr : {"", "6.1.0-56-amd64", "1 2", "%{x}", "1-", "-1", "x:1", "1..2", "1,2"})
    CHECK_THROWS_AS(dependency("a", "=", evr), Error);
  for (const char* comparison : {"", "==", "=>", "~", "= "})
    CHECK_THROWS_AS(dependency("a", comparison, "1"), Error);
  CHECK_THROWS_AS(dependency("/usr/bin/a", "=", "1"), Error);
  for (const char* text : {"", "a = ", "a = 1, b", "a b"})
    CHECK_THROWS_AS(dependency_line(text), Error);
}

TEST_CASE("allow-lists: a build step keeps its meaning or is refused", "[rpm]") {
  CHECK(shell_line("printf '%s\\n' \"$x\"") == "printf '%%s\\n' \"$x\"");
  for (const char* step : {"", "  ", "%post", " %{x}", "# x", "a\\", "a\nb", "x \\%(y)", "a\x1b"})
    CHECK_THROWS_AS(shell_line(step), Error);
}

TEST_CASE("spec reader: a spec as kpb renders it", "[rpm]") {
  const Spec spec = read_spec(k_spec);
  CHECK(spec.tags.at("name") == "kpatch-module-p");
  CHECK(spec.tags.at("epoch") == "3");
  CHECK(spec.tags.at("release") == "2");
  CHECK(spec.tags.at("summary") == "100% safe");
  CHECK(spec.tags.at("group") == "System Environment/Kernel");
  CHECK(spec.tags.count("url") == 0);
  CHECK(spec.description == "First line.\n\n| %post is text\nLast line.");
  REQUIRE(spec.files.size() == 3);
  CHECK(spec.files[0].kind == "dir");
  CHECK(spec.files[0].mode == "0755");
  CHECK(spec.files[1].path == "/var/lib/kpatch/5.14.0/p.ko");
  CHECK(spec.files[1].kind == "file");
  CHECK(spec.files[1].mode == "0644");
  CHECK(spec.files[1].owner == "root");
  CHECK(spec.files[2].path == "/usr/share/doc/p/p.patch");
  REQUIRE(spec.relations.size() == 3);
  CHECK(spec.relations[0].kind == "provides");
  CHECK(spec.relations[0].op == "=");
  CHECK(spec.relations[0].version == "3:1-2");
  CHECK(spec.relations[1].version.empty());
  CHECK(spec.scripts == 0);
  CHECK(spec.unclear.empty());
}

TEST_CASE("spec reader: scriptlets are counted however they got there", "[rpm]") {
  const auto section =
      GENERATE(as<std::string>{}, "%post", "%%post", "  %post", "%%%%preun -p /bin/sh",
               "%triggerin -- kernel", "%transfiletriggerin -- /var", "%verifyscript", "%pretrans",
               "%postuntrans");
  CHECK(read_spec(with("First line.", section + "\ntrue")).scripts == 1);
  CHECK(read_spec(std::string(k_spec) + section + "\ntrue\n").scripts == 1);
}

TEST_CASE("spec reader: values with macros are not believed", "[rpm]") {
  const auto [from, to] = GENERATE(table<std::string, std::string>({
      {"100%% safe", "100% safe"},
      {"100%% safe", "%(id)"},
      {"Version: 1", "Version: %{v}"},
      {"= 3:1-2", "= %{evr}"},
      {"First line.", "%{summary}"},
      {"First line.", "%if 0"},
  }));
  CHECK_THROWS_MATCHES(read_spec(with(from, to)), Error,
                       MessageMatches(ContainsSubstring("contains a macro")));
}

TEST_CASE("spec reader: lines that only rpm understands are named", "[rpm]") {
  const auto [from, to] = GENERATE(table<std::string, std::string>({
      {"Source0", "%if 0%{?rhel}\nSource0"},
      {"Source0", "%include /etc/passwd\nSource0"},
      {"Source0", "%{lua:print(1)}\nSource0"},
      {"First line.", "# dropped"},
      {"/usr/share/doc/p/p.patch", "%{_docdir}/p"},
      {"/usr/share/doc/p/p.patch", "p.patch"},
      {"%files", "%files -f list"},
      {"%description", "%description -l de"},
  }));
  CHECK_FALSE(read_spec(with(from, to)).unclear.empty());
}

TEST_CASE("spec reader: one package, one list of files", "[rpm]") {
  const auto [from, to] = GENERATE(table<std::string, std::string>({
      {"%prep", "%package -n other\nSummary: x\n\n%prep"},
      {"%prep", "%package other\n\n%prep"},
      {"%prep", "%%package\tother\n\n%prep"},
      {"%prep", "%description -n other\nx\n\n%prep"},
      {"%prep", "%description other\nx\n\n%prep"},
      {"%files", "%files -n other\n%files"},
      {"%files", "%files other\n%files"},
      {"%files", "%files -f list other\n%files"},
      {"%files", "%files -n other"},
      {"%files", "%files\n%files"},
  }));
  INFO(to);
  CHECK_THROWS_MATCHES(read_spec(with(from, to)), Error,
                       MessageMatches(ContainsSubstring("makes more packages than one: %") ||
                                      ContainsSubstring("has a second file list: %files")));
}

TEST_CASE("spec reader: what is no spec", "[rpm]") {
  CHECK_THROWS_MATCHES(read_spec(""), Error, MessageMatches(ContainsSubstring("not an RPM spec")));
  CHECK_THROWS_MATCHES(read_spec("\x7f"
                                 "ELF\n\n"),
                       Error, MessageMatches(ContainsSubstring("not an RPM spec")));
}

TEST_CASE("changelog: the date in rpm's words", "[rpm]") {
  CHECK(changelog_date(1700000000) == "Tue Nov 14 2023");
  CHECK(changelog_date(1709164800) == "Thu Feb 29 2024");
  CHECK(changelog_date(852076800) == "Wed Jan 01 1997");
  CHECK(changelog_date(32503679999) == "Tue Dec 31 2999");
  for (const int64_t outside : {int64_t{852076799}, int64_t{0}, int64_t{-1}, int64_t{32503680000}})
    CHECK(changelog_date(outside).empty()); // rpm would refuse the spec
}

TEST_CASE("allow-lists: CVE numbers and kernels", "[rpm]") {
  CHECK(kpb::package_text::cve_number(k_kind, "CVE-2026-12345") == "CVE-2026-12345");
  for (const char* id : {"", "CVE-", "CVE-2026", "CVE-2026-", "CVE--1", "cve-2026-1",
                         "CVE-2026-1%x", "CVE-2026-1\n* Mon"})
    CHECK_THROWS_AS(kpb::package_text::cve_number(k_kind, id), Error);
  CHECK(kpb::package_text::kernel_release(k_kind, "5.14.0-362.8.1.el9_3.x86_64+rt") ==
        "5.14.0-362.8.1.el9_3.x86_64+rt");
  for (const char* release : {"", "-k", "5.14 0", "$(id)", "5.14%", "v6"})
    CHECK_THROWS_AS(kpb::package_text::kernel_release(k_kind, release), Error);
}
