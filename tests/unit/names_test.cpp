// SPDX-License-Identifier: GPL-2.0-only
//
// The allow-lists for names, value by value: what is accepted, and that everything else is refused
// with the value in the message and the right fault.
#include "core/base/arch.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/model/names.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include <functional>
#include <set>

using namespace kpb;
using namespace std::string_literals;

namespace {

using Check = std::function<bool(const std::string&, DiagnosticSink&)>;

// Accepted without a message, or refused as an input error with that code.
void check(const Check& rule, const std::string& code, const std::vector<std::string>& good,
           const std::vector<std::string>& bad) {
  for (const std::string& value : good) {
    INFO("good: " << shown(value));
    CollectingSink sink;
    CHECK(rule(value, sink));
    CHECK(sink.all().empty());
  }
  for (const std::string& value : bad) {
    INFO("bad: " << shown(value));
    CollectingSink sink;
    CHECK_FALSE(rule(value, sink));
    REQUIRE(sink.all().size() == 1);
    const Diagnostic& error = sink.all()[0];
    CHECK(error.severity == Severity::error);
    CHECK(error.fault == Fault::input);
    CHECK(error.code == code);
    CHECK_FALSE(error.why.empty());
    CHECK_FALSE(first_control_byte(error.what, false));
  }
}

} // namespace

TEST_CASE("names: P", "[names]") {
  check([](const auto& v, auto& sink) { return check_stem(v, "", sink); }, "package-name",
        {"a", "0", "livepatch-test", "CVE-2026-1", "a.b_c+d-e", std::string(128, 'a')},
        {"",       "-a",   ".a",   "a.",   "_a",
         "+a",     "a b",  "a/b",  "a~b",  "a:b",
         "a%b",    "a\nb", "a\0"s, "a..b", "\xc3\xa4",
         "a$(id)", "a;b",  "a,b",  "a=b",  std::string(129, 'a')});
}

TEST_CASE("names: V and R", "[names]") {
  check([](const auto& v, auto& sink) { return check_version(v, "version", sink); },
        "package-version",
        {"1", "1.2.3", "0~rc1", "1+git", "a_b", ".1", "~1", std::string(64, '1')},
        {"", ".", "~", "+._", "1..2", "1.", "1-2", "1:2", "1 2", "1/2", "1%2", "1\n", "\xc3\xa4",
         "^1", std::string(65, '1')});
  CollectingSink sink;
  CHECK_FALSE(check_version("1-1", "release", sink));
  CHECK(sink.all()[0].code == "package-release");
  CHECK(sink.all()[0].hint == "for example --set-release 2");
}

TEST_CASE("names: the epoch", "[names]") {
  check([](const auto& v, auto& sink) { return check_epoch(v, sink); }, "package-epoch",
        {"0", "1", "4294967295"},
        {"", "01", "00", "-1", "+1", "1.0", " 1", "4294967296", "99999999999999999999", "one"});
}

TEST_CASE("names: texts of one line and of several", "[names]") {
  const std::vector<std::string> never = {"a\x1b[0m", "a\0b"s, "\xff", "a\x7f", "\xe2\x80\xae"};
  std::vector<std::string> lines = never;
  lines.insert(lines.end(), {"a\nb", "a\tb", "a\r"});
  check([](const auto& v, auto& sink) { return check_line(v, "--summary", sink); }, "text-control",
        {"", "100% sure; \xc3\xbc", std::string(1000, 'x')}, lines);
  check([](const auto& v, auto& sink) { return check_line(v, "--summary", sink); }, "text-long", {},
        {std::string(1001, 'x')});
  check([](const auto& v, auto& sink) { return check_text(v, "--description", sink); },
        "text-control", {"", "a\n\tb\r\nc", std::string(65536, 'x')}, never);
  check([](const auto& v, auto& sink) { return check_text(v, "--description", sink); }, "text-long",
        {}, {std::string(65537, 'x')});
}

TEST_CASE("names: a refused text is named with the byte", "[names]") {
  CollectingSink sink;
  CHECK_FALSE(check_line("ab\x07", "--summary", sink));
  CHECK(sink.all()[0].what == "--summary 'ab\\x07' is refused");
  CHECK(sink.all()[0].why == "byte 3 is no printable text on one line in UTF-8");
}

TEST_CASE("names: CVE", "[names]") {
  check([](const auto& v, auto& sink) { return check_cve(v, sink); }, "cve",
        {"CVE-2026-1234", "CVE-1999-0001", "CVE-2026-1234567890123456789"},
        {"", "CVE-2026", "CVE-2026-123", "cve-2026-1234", "CVE-26-1234", "CVE-20261-1234",
         "CVE-2026-12x4", "CVE-2026-1234-5", "CVE-2026-1234 ", "CVE-2026-12345678901234567890",
         "CVE-2O26-1234", "CVE-2026--1234"});
}

TEST_CASE("names: what a plugin may call things", "[names]") {
  for (const std::string& good :
       {"a"s, "0"s, "kpatch-module-p-5.14.0-362.8.1.el9_3+rt~1"s, std::string(255, 'a')})
    CHECK(is_safe_name(good));
  for (const std::string& bad :
       {""s, "."s, ".."s, ".a"s, "-a"s, "_a"s, "~a"s, "+a"s, "a b"s, "a/b"s, "a..b"s, "a\n"s,
        "a\0"s, "a%"s, "\xc3\xa4"s, "a,"s, "a;"s, "a:"s, std::string(256, 'a')}) {
    INFO(shown(bad));
    CHECK_FALSE(is_safe_name(bad));
  }
}

TEST_CASE("names: where a plugin may put things", "[names]") {
  for (const std::string& good : {"/a"s, "/var/lib/kpatch/5.14.0-362.8.1.el9_3.x86_64+rt/p.ko"s,
                                  "/.hidden/_x"s, "/" + std::string(255, 'a')})
    CHECK(is_safe_path(good));
  const std::string long_path = [] {
    std::string out;
    for (int i = 0; i < 5; ++i)
      out += "/" + std::string(250, 'a');
    return out;
  }();
  for (const std::string& bad : {""s,       "/"s,         "a"s,
                                 "a/b"s,    "/a/"s,       "//a"s,
                                 "/a//b"s,  "/."s,        "/.."s,
                                 "/a/./b"s, "/a/../b"s,   "/a/.."s,
                                 "/-a"s,    "/a/-b"s,     "/a b"s,
                                 "/a\nb"s,  "/a\0b"s,     "/a%b"s,
                                 "/a*"s,    "/\xc3\xa4"s, "/" + std::string(256, 'a'),
                                 long_path}) {
    INFO(shown(bad));
    CHECK_FALSE(is_safe_path(bad));
  }
}

TEST_CASE("names: the module's own name", "[names]") {
  const auto [file, module] = GENERATE(table<std::string, std::string>({
      {"kpatch-p-1-1.ko", "kpatch_p_1_1"},
      {"kpatch-cve.2026-1-1.0-2.ko", "kpatch_cve_2026_1_1_0_2"},
      {"livepatch_1_1.ko", "livepatch_1_1"},
      {"a+b~c.ko", "a_b_c"},
      {"no-suffix", "no_suffix"},
      {"double.ko.ko", "double_ko"},
      {"x.Ko", "x_Ko"},
  }));
  CHECK(module_name_for(file) == module);
}

TEST_CASE("names: a module's name has at most 55 characters and stays its own", "[names]") {
  const std::string fits(55, 'a');
  CHECK(module_name_for(fits + ".ko") == fits);
  const std::string longer = module_name_for(fits + "b.ko");
  CHECK(longer.size() == 55);
  // Cut, and ending with 8 digits of the full name's digest.
  CHECK(longer == std::string(46, 'a') + "_" + sha256_hex(fits + "b").substr(0, 8));
  std::set<std::string> names;
  for (const char* tail : {"", "1", "2", "11", "-1-1", "-1-2", "-11"}) {
    const std::string name = module_name_for("kpatch-" + std::string(100, 'x') + tail + ".ko");
    CHECK(name.size() == 55);
    CHECK(names.insert(name).second);
  }
  // Names that are equal in the kernel's form stay equal, whatever their length; such pairs get
  // refused.
  CHECK(module_name_for(std::string(60, 'a') + "-1.ko") ==
        module_name_for(std::string(60, 'a') + ".1.ko"));
}

TEST_CASE("names: architectures have one name each", "[names]") {
  const auto [name, canonical] = GENERATE(table<std::string, std::string>({
      {"x86_64", "x86_64"},
      {"amd64", "x86_64"},
      {"aarch64", "aarch64"},
      {"arm64", "aarch64"},
      {"ppc64le", "ppc64le"},
      {"ppc64el", "ppc64le"},
      {"s390x", "s390x"},
      {"i686", ""},
      {"x86-64", ""},
      {"X86_64", ""},
      {"", ""},
  }));
  CAPTURE(name);
  CHECK(canonical_arch(name).value_or("") == canonical);
  for (const std::string& known : known_archs())
    CHECK(canonical_arch(known) == known);
}
