// SPDX-License-Identifier: GPL-2.0-only
//
// Comparing versions, which configurations a builder refuses, and that each row of the table can be used.
#include <kpb/sdk/builder_limits.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

using namespace kpb;

TEST_CASE("limits: versions are compared by their numbers") {
  CHECK(is_at_least("0.9.11", "0.9.9"));
  CHECK(is_at_least("0.9.9", "0.9.9"));
  CHECK_FALSE(is_at_least("0.9.9", "0.9.10"));
  CHECK_FALSE(is_at_least("0.9", "0.9.1"));
  CHECK(is_at_least("1", "0.9.11"));
  CHECK(is_at_least("6.18.3-200.fc43.x86_64", "6.18"));
  CHECK(is_at_least("6.18-rc1", "6.18"));
  CHECK_FALSE(is_at_least("6.8.0-41-generic", "6.18"));
  CHECK_FALSE(is_at_least("", "0.1"));
  CHECK(is_at_least("99999999999999999999.1", "0.1"));
}

TEST_CASE("limits: what is known of a version and a kernel") {
  const auto* limit = find_limit("kpatch-build", "paravirt");
  REQUIRE(limit != nullptr);
  CHECK(has_limit(*limit, "0.9.9", "6.8.1"));
  CHECK_FALSE(has_limit(*limit, "0.9.10", "6.8.1"));
  CHECK_FALSE(has_limit(*limit, "0.9.9", "6.7.12"));
  CHECK_FALSE(has_limit(*limit, "", "6.8.1"));
  CHECK_FALSE(has_limit(*limit, "unknown", "6.8.1"));
  CHECK_FALSE(has_limit(*limit, "0.9.9", ""));
  const auto* open = find_limit("kpatch-build", "local-symbols");
  REQUIRE(open != nullptr);
  CHECK(has_limit(*open, "0.9.11", "6.18"));
  CHECK(has_limit(*open, "1.0", "7.2.13"));
  CHECK(find_limit("klp-build", "paravirt") == nullptr);
}

TEST_CASE("limits: what a builder refuses") {
  const auto refused = [](const char* builder, const std::set<std::string_view>& options) {
    const auto* limit =
        refused_option(builder, [&](std::string_view o) { return options.count(o) != 0; });
    return limit == nullptr ? std::string_view("-") : limit->option;
  };
  CHECK(refused("kpatch-build", {}) == "-");
  CHECK(refused("kpatch-build", {"LTO_CLANG"}) == "LTO_CLANG");
  CHECK(refused("kpatch-build", {"X86_KERNEL_IBT"}) == "X86_KERNEL_IBT");
  CHECK(refused("kpatch-build", {"EXPOLINE"}) == "EXPOLINE");
  CHECK(refused("kpatch-build", {"EXPOLINE", "EXPOLINE_EXTERN"}) == "-");
  CHECK(refused("klp-build", {"LTO_CLANG", "X86_KERNEL_IBT"}) == "-");
  CHECK(refused("klp-build", {"LD_DEAD_CODE_DATA_ELIMINATION"}) == "LD_DEAD_CODE_DATA_ELIMINATION");
}

TEST_CASE("limits: every row is well formed, and in the documentation") {
  std::ifstream file(KPB_TEST_FIXTURES "/../../docs/building-patches.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  std::set<std::pair<std::string_view, std::string_view>> names;
  for (const BuilderLimit& limit : k_builder_limits) {
    CAPTURE(limit.name);
    CHECK(names.emplace(limit.builder, limit.name).second);
    CHECK_FALSE(limit.what.empty());
    CHECK((limit.option.empty() || limit.fixed_in.empty()));
    CHECK(page.find(limit.option.empty()
                        ? std::string(limit.what)
                        : "CONFIG_" + std::string(limit.option)) != std::string::npos);
  }
}
