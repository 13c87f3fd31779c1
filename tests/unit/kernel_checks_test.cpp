// SPDX-License-Identifier: GPL-2.0-only
//
// Which kernels can be built for, and which inputs do not belong together.
#include "core/kernel/checks.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb;

namespace {

KernelFacts good() {
  KernelFacts facts;
  facts.release = "6.12.94";
  facts.arch = "x86_64";
  facts.source_version = "6.12.94";
  facts.config = parse_config("CONFIG_LIVEPATCH=y\nCONFIG_DEBUG_INFO=y\nCONFIG_CC_IS_GCC=y\n");
  facts.vmlinux.machine = "x86_64";
  facts.vmlinux.release = "6.12.94";
  facts.vmlinux.symbols = facts.vmlinux.debug_info = true;
  facts.vmlinux.compilers = {"rustc version 1.80", "GCC: (Debian 14.2.0-19) 14.2.0", "GCC: (X) 1"};
  facts.vmlinux_path = "vmlinux";
  facts.config_path = "config";
  return facts;
}

struct Answer {
  bool passed = false;
  CollectingSink sink;
  std::string code() const { return sink.all().empty() ? "" : sink.all()[0].code; }
  std::string text() const {
    return sink.all().empty() ? "" : sink.all()[0].what + "; " + sink.all()[0].why;
  }
};

// Passing means no error; a refusal is one input error.
template <class Check> Answer ask(const Check& check) {
  Answer answer;
  answer.passed = check(answer.sink);
  REQUIRE(answer.passed == (answer.sink.first_error() == nullptr));
  if (!answer.passed)
    REQUIRE(answer.sink.first_error()->fault == Fault::input);
  return answer;
}

Answer buildable(const KernelFacts& facts) {
  return ask([&](DiagnosticSink& sink) { return check_buildable(facts, sink); });
}

KernelFacts with(const std::string& option) {
  KernelFacts facts = good();
  facts.config[option] = "y";
  return facts;
}

} // namespace

TEST_CASE("checks: vmlinux is that kernel's", "[kernel]") {
  const auto check = [](const KernelFacts& facts) {
    return ask([&](DiagnosticSink& sink) { return check_vmlinux(facts, sink); });
  };
  CHECK(check(good()).passed);
  auto facts = good();
  facts.vmlinux.release = "6.12.95";
  CHECK(check(facts).code() == "kernel-release");
  CHECK(check(facts).text().find("'6.12.95', but the target is '6.12.94'") != std::string::npos);
  facts = good();
  facts.vmlinux.machine = "aarch64";
  CHECK(check(facts).code() == "kernel-arch");
  facts = good();
  facts.vmlinux.symbols = false;
  CHECK(check(facts).code() == "kernel-vmlinux");
  facts = good();
  facts.vmlinux.release.clear();
  CHECK(check(facts).code() == "kernel-vmlinux");
}

TEST_CASE("checks: who could build", "[kernel]") {
  CHECK(buildable(good()).passed);
  CHECK(buildable(good()).sink.all().empty());
  auto facts = good();
  facts.config.erase("LIVEPATCH");
  CHECK(buildable(facts).code() == "kernel-no-livepatch");
  facts = good();
  facts.vmlinux.debug_info = false;
  CHECK(buildable(facts).code() == "kernel-no-debug-info");
  facts = good();
  facts.config.erase("DEBUG_INFO");
  CHECK(buildable(facts).code() == "kernel-no-debug-info");
  CHECK(buildable(with("X86_KERNEL_IBT")).code() == "kernel-ibt");
  for (const char* option : {"DEBUG_INFO_SPLIT", "GCC_PLUGIN_LATENT_ENTROPY",
                             "GCC_PLUGIN_RANDSTRUCT", "LTO_CLANG", "EXPOLINE"}) {
    const auto answer = buildable(with(option));
    CHECK(answer.code() == "kernel-config");
    CHECK(answer.text().find(option) != std::string::npos);
  }
}

TEST_CASE("checks: link-time optimisation is refused before an hour is spent", "[kernel]") {
  auto facts = with("LTO_CLANG");
  facts.config["LTO_CLANG_THIN"] = "y";
  const auto refused = buildable(facts);
  CHECK_FALSE(refused.passed);
  CHECK(refused.text().find("kpatch-build: CONFIG_LTO_CLANG is set, and it cannot compare objects "
                            "that are LLVM bitcode") != std::string::npos);
  CHECK(refused.sink.all()[0].hint.find("CONFIG_LTO_CLANG needs klp-build") != std::string::npos);
  facts.tree_has_klp_build = true;
  const auto warned = buildable(facts);
  CHECK(warned.passed);
  CHECK(warned.code() == "kernel-config");
  CHECK(warned.sink.all()[0].severity == Severity::warning);
  // On other architectures nothing can, so nothing is promised.
  facts.arch = "aarch64";
  CHECK(buildable(facts).sink.all()[0].hint.find("klp-build") == std::string::npos);
}

// s390x: kpatch-build wants the expolines outside of the objects.
TEST_CASE("checks: expolines", "[kernel]") {
  auto facts = with("EXPOLINE");
  facts.arch = "s390x";
  CHECK(buildable(facts).text().find("CONFIG_EXPOLINE is set without CONFIG_EXPOLINE_EXTERN") !=
        std::string::npos);
  facts.config["EXPOLINE_EXTERN"] = "y";
  CHECK(buildable(facts).passed);
}

TEST_CASE("checks: klp-build takes over where it can", "[kernel]") {
  auto facts = with("X86_KERNEL_IBT");
  facts.tree_has_klp_build = true;
  auto answer = buildable(facts);
  CHECK(answer.passed);
  CHECK(answer.code() == "kernel-ibt");
  CHECK(answer.sink.all()[0].severity == Severity::warning);
  CHECK(answer.text().find("cannot use it; klp-build can") != std::string::npos);
  facts = good();
  facts.tree_has_klp_build = true;
  facts.vmlinux.debug_info = false;
  CHECK(buildable(facts).passed);
  // Not on other architectures, and not with options that klp-build itself refuses.
  facts.arch = "s390x";
  CHECK_FALSE(buildable(facts).passed);
  facts = with("GCC_PLUGIN_RANDSTRUCT");
  facts.tree_has_klp_build = true;
  CHECK_FALSE(buildable(facts).passed);
  facts = with("X86_KERNEL_IBT");
  facts.tree_has_klp_build = true;
  facts.config["LD_DEAD_CODE_DATA_ELIMINATION"] = "y";
  CHECK(buildable(facts).code() == "kernel-ibt");
}

TEST_CASE("checks: the compiler's own word", "[kernel]") {
  const auto check = [](const KernelFacts& facts, const std::string& found) {
    return ask(
        [&](DiagnosticSink& sink) { return check_compiler(facts, "gcc", found, "/r", sink); });
  };
  CHECK(check(good(), "GCC: (Debian 14.2.0-19) 14.2.0").passed);
  const auto other = check(good(), "GCC: (Debian 12.2.0-14) 12.2.0");
  CHECK(other.code() == "kernel-compiler");
  CHECK(other.text().find(
            "'GCC: (Debian 14.2.0-19) 14.2.0', the root /r has 'GCC: (Debian 12.2.0-14)") !=
        std::string::npos);
  // kpatch-build compares the first line with GCC:, so any other line does not count.
  CHECK_FALSE(check(good(), "GCC: (X) 1").passed);
  auto facts = good();
  facts.vmlinux.compilers = {"Linker: LLD 19", "Debian clang version 19.1.7"};
  CHECK(check(facts, "Debian clang version 19.1.7").passed);
  facts.vmlinux.compilers.clear();
  CHECK(check(facts, "").code() == "kernel-compiler");
  CHECK(compiler_of(good().config) == "gcc");
  CHECK(compiler_of(parse_config("CONFIG_CC_IS_CLANG=y\n")) == "clang");
}

TEST_CASE("checks: source and release", "[kernel]") {
  const auto check = [](const std::string& version, const std::string& release) {
    auto facts = good();
    facts.source_version = version;
    facts.release = release;
    return ask([&](DiagnosticSink& sink) { return check_source_version(facts, "tree", sink); })
        .passed;
  };
  CHECK(check("6.1.192", "6.1.0-56-amd64"));
  CHECK(check("5.14.0", "5.14.0-362.8.1.el9_3.x86_64"));
  CHECK(check("6.12", "6.12-rc1"));
  CHECK_FALSE(check("6.12.94", "6.1.0-56-amd64"));
  CHECK_FALSE(check("6.1.192", "6.12.94"));
  CHECK(ask([](DiagnosticSink& sink) {
          return check_build_arch("aarch64", "aarch64", sink);
        }).passed);
  CHECK(ask([](DiagnosticSink& sink) {
          return check_build_arch("aarch64", "x86_64", sink);
        }).code() == "kernel-arch");
}
