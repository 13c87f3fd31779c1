// SPDX-License-Identifier: GPL-2.0-only
//
// Kernel names as distributions write them, with and without the architecture, and everything that
// is refused. The names are those in the distributions' /boot: a wrong name would put a patch into
// a directory into which kpatch never looks.
#include "core/model/kernel_name.hpp"

#include "core/base/text.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

using namespace kpb;

namespace {

struct Row {
  const char* given;
  const char* arch;    // --arch
  const char* release; // K
  const char* without; // K'
  const char* is;      // the architecture
  const char* family;
  const char* devel;
};

KernelName parse(const std::string& release, const std::string& arch,
                 const std::string& machine = "x86_64") {
  CollectingSink sink;
  const auto name = parse_kernel_name(release, arch, machine, sink);
  INFO((sink.first_error() ? sink.first_error()->what + "; " + sink.first_error()->why : ""));
  REQUIRE(name);
  CHECK(sink.all().empty());
  return *name;
}

void check(const Row& row) {
  CAPTURE(row.given, row.arch);
  const KernelName name = parse(row.given, row.arch);
  CHECK(name.release == row.release);
  CHECK(name.release_without_arch == row.without);
  CHECK(name.arch == row.is);
  CHECK(name.family == row.family);
  CHECK(name.devel_requires == row.devel);
  // The result is what `uname -r` prints there, so it must remain the same when parsed again.
  CHECK(parse(name.release, "", name.arch) == name);
  CHECK(parse(name.release, name.arch, "s390x") == name);
}

std::string refusal(const std::string& release, const std::string& arch, const char* code) {
  CollectingSink sink;
  INFO(shown(release) << " " << shown(arch));
  CHECK_FALSE(parse_kernel_name(release, arch, "x86_64", sink));
  REQUIRE(sink.all().size() == 1);
  const Diagnostic& error = sink.all()[0];
  CHECK(error.fault == Fault::input);
  CHECK(error.code == code);
  CHECK_FALSE(first_control_byte(error.what, false));
  return error.what + "; " + error.why + "; " + error.hint;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("kernel names: Red Hat and its kin", "[kernel]") {
  check(GENERATE(values<Row>({
      {"3.10.0-229.el7", "", "3.10.0-229.el7.x86_64", "3.10.0-229.el7", "x86_64", "el",
       "kernel-devel-uname-r = 3.10.0-229.el7.x86_64"},
      {"3.10.0-229.el7", "x86_64", "3.10.0-229.el7.x86_64", "3.10.0-229.el7", "x86_64", "el",
       "kernel-devel-uname-r = 3.10.0-229.el7.x86_64"},
      {"3.10.0-229.el7.x86_64", "amd64", "3.10.0-229.el7.x86_64", "3.10.0-229.el7", "x86_64", "el",
       "kernel-devel-uname-r = 3.10.0-229.el7.x86_64"},
      {"3.10.0-957.el7.x86_64.debug", "", "3.10.0-957.el7.x86_64.debug", "3.10.0-957.el7.debug",
       "x86_64", "el", "kernel-devel-uname-r = 3.10.0-957.el7.x86_64.debug"},
      {"3.10.0-957.el7.debug", "", "3.10.0-957.el7.x86_64.debug", "3.10.0-957.el7.debug", "x86_64",
       "el", "kernel-devel-uname-r = 3.10.0-957.el7.x86_64.debug"},
      {"4.14.0-115.el7a", "arm64", "4.14.0-115.el7a.aarch64", "4.14.0-115.el7a", "aarch64", "el",
       "kernel-devel-uname-r = 4.14.0-115.el7a.aarch64"},
      {"3.10.0-1160.el7.centos.plus", "", "3.10.0-1160.el7.centos.plus.x86_64",
       "3.10.0-1160.el7.centos.plus", "x86_64", "el",
       "kernel-devel-uname-r = 3.10.0-1160.el7.centos.plus.x86_64"},
      {"4.18.0-553.5.1.el8_10", "s390x", "4.18.0-553.5.1.el8_10.s390x", "4.18.0-553.5.1.el8_10",
       "s390x", "el", "kernel-devel-uname-r = 4.18.0-553.5.1.el8_10.s390x"},
      {"4.18.0-553.rt7.342.el8_10", "", "4.18.0-553.rt7.342.el8_10.x86_64",
       "4.18.0-553.rt7.342.el8_10", "x86_64", "el", ""},
      {"5.14.0-362.8.1.el9_3.x86_64+rt", "", "5.14.0-362.8.1.el9_3.x86_64+rt",
       "5.14.0-362.8.1.el9_3+rt", "x86_64", "el",
       "kernel-devel-uname-r = 5.14.0-362.8.1.el9_3.x86_64+rt"},
      {"5.14.0-362.8.1.el9_3+rt", "", "5.14.0-362.8.1.el9_3.x86_64+rt", "5.14.0-362.8.1.el9_3+rt",
       "x86_64", "el", "kernel-devel-uname-r = 5.14.0-362.8.1.el9_3.x86_64+rt"},
      {"5.14.0-427.el9+debug", "x86_64", "5.14.0-427.el9.x86_64+debug", "5.14.0-427.el9+debug",
       "x86_64", "el", "kernel-devel-uname-r = 5.14.0-427.el9.x86_64+debug"},
      {"5.14.0-427.el9+64k", "aarch64", "5.14.0-427.el9.aarch64+64k", "5.14.0-427.el9+64k",
       "aarch64", "el", "kernel-devel-uname-r = 5.14.0-427.el9.aarch64+64k"},
      {"6.12.0-55.9.1.el10_0", "ppc64el", "6.12.0-55.9.1.el10_0.ppc64le", "6.12.0-55.9.1.el10_0",
       "ppc64le", "el", "kernel-devel-uname-r = 6.12.0-55.9.1.el10_0.ppc64le"},
      {"6.14.2-300.fc42", "", "6.14.2-300.fc42.x86_64", "6.14.2-300.fc42", "x86_64", "fc",
       "kernel-devel-uname-r = 6.14.2-300.fc42.x86_64"},
      {"5.4.17-2136.330.7.1.el8uek", "", "5.4.17-2136.330.7.1.el8uek.x86_64",
       "5.4.17-2136.330.7.1.el8uek", "x86_64", "uek",
       "kernel-uek-devel-uname-r = 5.4.17-2136.330.7.1.el8uek.x86_64"},
  })));
}

TEST_CASE("kernel names: other families whose uname has the architecture", "[kernel]") {
  check(GENERATE(values<Row>({
      {"6.1.72-96.166.amzn2023", "", "6.1.72-96.166.amzn2023.x86_64", "6.1.72-96.166.amzn2023",
       "x86_64", "amzn", "kernel-devel-uname-r = 6.1.72-96.166.amzn2023.x86_64"},
      {"4.14.336-257.562.amzn2.aarch64", "", "4.14.336-257.562.amzn2.aarch64",
       "4.14.336-257.562.amzn2", "aarch64", "amzn",
       "kernel-devel-uname-r = 4.14.336-257.562.amzn2.aarch64"},
      {"5.10.0-60.18.0.50.oe2203", "", "5.10.0-60.18.0.50.oe2203.x86_64",
       "5.10.0-60.18.0.50.oe2203", "x86_64", "oe",
       "kernel-devel-uname-r = 5.10.0-60.18.0.50.oe2203.x86_64"},
      {"5.10.0-182.0.0.95.oe2203sp3", "aarch64", "5.10.0-182.0.0.95.oe2203sp3.aarch64",
       "5.10.0-182.0.0.95.oe2203sp3", "aarch64", "oe",
       "kernel-devel-uname-r = 5.10.0-182.0.0.95.oe2203sp3.aarch64"},
      {"4.19.91-26.an8", "", "4.19.91-26.an8.x86_64", "4.19.91-26.an8", "x86_64", "an",
       "kernel-devel-uname-r = 4.19.91-26.an8.x86_64"},
      {"6.6.6-2401.0.1.oc9", "", "6.6.6-2401.0.1.oc9.x86_64", "6.6.6-2401.0.1.oc9", "x86_64", "oc",
       "kernel-devel-uname-r = 6.6.6-2401.0.1.oc9.x86_64"},
  })));
}

TEST_CASE("kernel names: complete without the architecture", "[kernel]") {
  const auto [release, arch] = GENERATE(table<const char*, const char*>({
      {"6.1.0-56-amd64", "x86_64"},
      {"6.1.0-56-cloud-amd64", "x86_64"},
      {"6.1.0-56-rt-amd64", "x86_64"},
      {"6.1.0-56-arm64", "aarch64"},
      {"6.1.0-56-s390x", "s390x"},
      {"6.1.0-56-powerpc64le", "ppc64le"},
      {"6.12.41+deb13-amd64", "x86_64"},
      {"5.14.21-150400.22-default", ""},
      {"6.4.0-150600.23.17-rt", ""},
      {"6.6.2.1-3.azl3", ""},
      {"6.1.62-1.ph5", ""},
      {"5.10.210-1.ph4-esx", ""},
      {"5.15.94.1-1.cm2", ""},
      {"5.15.0-107-generic", ""},
      {"7.2.13-kpbtest", ""},
      {"6.1.0", ""},
      {"6.1.0-1.elderly", ""}, // not a dist tag: no digits after "el"
  }));
  for (const char* machine : {"x86_64", "aarch64"}) {
    CAPTURE(release, machine);
    const KernelName name = parse(release, "", machine);
    CHECK(name.release == release);
    CHECK(name.release_without_arch == release);
    CHECK(name.arch == (*arch != '\0' ? arch : machine));
    const auto has = [&](const char* part) { return contains(name.release, part); };
    CHECK(name.family == (has("-default") || has("17-rt") ? "suse"
                          : has(".ph")                    ? "photon"
                          : has(".azl") || has(".cm")     ? "azl"
                                                          : ""));
    CHECK(name.devel_requires.empty() != has(".ph"));
  }
}

TEST_CASE("kernel names: a tag that kpb does not know is told", "[kernel]") {
  for (const char* release : {"6.1.0-1.el7x", "6.1.0-1.panel9", "6.6.30-5.new4"}) {
    CollectingSink sink;
    const auto name = parse_kernel_name(release, "", "x86_64", sink);
    REQUIRE(name);
    CHECK(name->release == release);
    REQUIRE(sink.all().size() == 1);
    CHECK(sink.all()[0].code == "kernel-tag");
    CHECK(contains(sink.all()[0].hint, std::string("-k ") + release + ".x86_64"));
    CollectingSink quiet;
    REQUIRE(parse_kernel_name(std::string(release) + ".x86_64", "", "aarch64", quiet));
    CHECK(quiet.all().empty());
  }
}

TEST_CASE("kernel names: a level of x86-64 is in the release", "[kernel]") {
  const KernelName name = parse("6.12.0-55.9.1.el10_0.x86_64_v2", "", "aarch64");
  CHECK(name.release == "6.12.0-55.9.1.el10_0.x86_64_v2");
  CHECK(name.release_without_arch == "6.12.0-55.9.1.el10_0");
  CHECK(name.arch == "x86_64");
  refusal("6.12.0-55.9.1.el10_0.x86_64_v2", "aarch64", "arch-contradiction");
}

TEST_CASE("kernel names: pages of another size are in the flavour", "[kernel]") {
  for (const auto& [release, arch] : {std::pair{"6.12.48+deb13-arm64-16k", "aarch64"},
                                      std::pair{"6.12.48+deb13-powerpc64le-64k", "ppc64le"},
                                      std::pair{"6.8.0-1013-nvidia-64k", "aarch64"},
                                      std::pair{"6.6.25-amd64-desktop-hwe", "x86_64"}})
    CHECK(parse(release, "", "s390x").arch == arch);
  CHECK(parse("6.1.0-arm64-amd64", "", "s390x").arch == "s390x"); // says both
}

TEST_CASE("kernel names: --arch decides where the release is silent", "[kernel]") {
  CHECK(parse("5.14.21-150400.22-default", "s390x").arch == "s390x");
  CHECK(parse("3.10.0-229.el7", "ppc64le").release == "3.10.0-229.el7.ppc64le");
  CHECK(parse("3.10.0-229.el7", "", "aarch64").release == "3.10.0-229.el7.aarch64");
  CHECK(parse("6.1.0-56-amd64", "x86_64", "aarch64").arch == "x86_64");
}

TEST_CASE("kernel names: contradictions are refused, not settled", "[kernel]") {
  const std::string text = refusal("3.10.0-229.el7.x86_64", "aarch64", "arch-contradiction");
  CHECK(contains(text, "'3.10.0-229.el7.x86_64' is of x86_64, --arch says aarch64"));
  refusal("5.14.0-427.el9.aarch64+64k", "amd64", "arch-contradiction");
  refusal("6.1.0-56-amd64", "arm64", "arch-contradiction");
  refusal("6.1.0-56-powerpc64le", "x86_64", "arch-contradiction");
  CHECK(contains(refusal("1.x86_64.aarch64", "", "kernel-arch"), "two architectures"));
  refusal("1.x86_64+rt.x86_64", "", "kernel-arch");
  refusal("1.s390x.x86_64+rt", "x86_64", "kernel-arch");
}

TEST_CASE("kernel names: architectures that kpb does not build for", "[kernel]") {
  for (const char* release :
       {"3.10.0-229.el7.i686", "3.10.0-229.el7.src", "5.14.0-1.el9.noarch", "3.10.0-229.el7.ppc64",
        "6.1.0-1.fc42.riscv64", "3.10.0-229.el7.i686+debug", "2.6.32-1.el6.s390"})
    CHECK(contains(refusal(release, "", "kernel-arch"), "kpb knows x86_64"));
  CHECK(contains(refusal("6.1.0", "i686", "arch-unknown"), "unknown architecture 'i686'"));
  CHECK(contains(refusal("6.1.0", "x86-64", "arch-unknown"), "did you mean x86_64?"));
  CHECK(contains(refusal("6.1.0", "\x1b[2J", "arch-unknown"), "'\\x1b[2J'"));
}

TEST_CASE("kernel names: characters and length", "[kernel]") {
  const std::string longest = "6." + std::string(62, '1');
  CHECK(parse(longest, "").release == longest);
  CHECK(contains(refusal(longest + "1", "", "kernel-name"), "longer than 64"));
  // It must also fit with the architecture added.
  const std::string tagged = "6." + std::string(51, '1') + ".el9"; // 57 characters
  CHECK(parse(tagged, "").release.size() == 64);
  CHECK(contains(refusal(tagged + "_", "", "kernel-name"), "with its architecture"));
  for (const char* bad :
       {"", "v6.1", "el9", ".1", "-1", "+1", "6.1/../..", "6..1", "6.1..", "6.1 ", "6.1\n", "6.1%",
        "6.1:2", "6.1@x", "6.1\xc3\xa4", "6.1*", "6.1$(id)", "6.1\x1b"})
    refusal(bad, "", "kernel-name");
  refusal(std::string("6.1\0", 4), "", "kernel-name");
  CHECK(parse("6.1.0~rc1+a_b-c", "").release == "6.1.0~rc1+a_b-c");
}
