// SPDX-License-Identifier: GPL-2.0-only
//
// tests/fixtures/kernels.tsv: each kernel that people run gets its architecture, its family, and the relation by
// which its own package, and no other, is required.
#include "core/base/text.hpp"
#include "core/model/kernel_name.hpp"
#include <kpb/policy/kernel_families.hpp>

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <set>

using namespace kpb;

namespace {

struct Kernel {
  std::string format, distribution, release, arch, without_arch, family, requirement, devel,
      provides;
};

std::vector<Kernel> all_kernels() {
  std::vector<Kernel> out;
  std::ifstream in(std::string(KPB_TEST_FIXTURES) + "/kernels.tsv");
  REQUIRE(in);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("#"))
      continue;
    auto columns = split(line, '\t');
    CAPTURE(line);
    REQUIRE(columns.size() == 13);
    for (auto& column : columns)
      if (column == "-")
        column.clear();
    out.push_back({columns[0], columns[1], columns[2], columns[3], columns[4], columns[5],
                   columns[8], columns[9], columns[10]});
  }
  return out;
}

} // namespace

TEST_CASE("kernels: what people run has its architecture, family and relation", "[kernel]") {
  for (const Kernel& kernel : all_kernels()) {
    CAPTURE(kernel.distribution, kernel.release);
    CollectingSink sink;
    const auto name = parse_kernel_name(kernel.release, "", kernel.arch, sink);
    REQUIRE(name);
    CHECK(name->release == kernel.release);
    CHECK(name->arch == kernel.arch);
    CHECK(name->family == kernel.family);
    CHECK(name->devel_requires == kernel.devel);
    const auto id = policy::kernel_of(kernel.release);
    CHECK(policy::kernel_requirement(id) == kernel.requirement);
    CHECK(id.family == kernel.family);
    // Where K names it, whatever machine kpb runs on.
    if (kernel.release.find("." + kernel.arch) != std::string::npos) {
      CHECK(name->release_without_arch == kernel.without_arch);
      CHECK(parse_kernel_name(kernel.release, "", "s390x", sink)->arch == kernel.arch);
    }
  }
}

TEST_CASE("kernels: what is required is what the package provides", "[kernel]") {
  for (const Kernel& kernel : all_kernels()) {
    CAPTURE(kernel.distribution, kernel.release, kernel.provides);
    const auto provided = split(replace_all(kernel.provides, "; ", ";"), ';');
    for (const auto& wanted : {kernel.requirement, kernel.devel})
      if (!wanted.empty() && !kernel.provides.empty()) {
        CAPTURE(wanted);
        CHECK(std::find(provided.begin(), provided.end(), wanted) != provided.end());
      }
  }
}

TEST_CASE("kernels: a requirement is one kernel's", "[kernel]") {
  std::set<std::string> seen;
  for (const Kernel& kernel : all_kernels())
    if (!kernel.requirement.empty() && kernel.arch == "x86_64")
      CHECK(seen.insert(kernel.requirement).second);
}
