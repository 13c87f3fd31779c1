// SPDX-License-Identifier: GPL-2.0-only
//
// The table of architectures, against the C library's numbers and against itself.
#include <kpb/sdk/architectures.hpp>

#include <catch2/catch_test_macros.hpp>

#include <elf.h>
#include <set>
#include <string>
#include <sys/utsname.h>

using namespace kpb;

TEST_CASE("architectures: numbers are those of elf.h", "[names]") {
  struct Row {
    const char* name;
    unsigned machine, address;
  };
  for (const Row& row :
       {Row{"x86_64", EM_X86_64, R_X86_64_64}, Row{"aarch64", EM_AARCH64, R_AARCH64_ABS64},
        Row{"ppc64le", EM_PPC64, R_PPC64_ADDR64}, Row{"s390x", EM_S390, R_390_64}}) {
    CAPTURE(row.name);
    const auto* known = find_architecture(row.name);
    REQUIRE(known != nullptr);
    CHECK(known->elf_machine == row.machine);
    CHECK(known->elf_address == row.address);
    CHECK(known->big_endian == (row.machine == EM_S390));
  }
}

TEST_CASE("architectures: no two share a name or number", "[names]") {
  std::set<std::string_view> names, debian, options;
  std::set<unsigned> machines;
  for (const auto& one : k_architectures) {
    CHECK(names.insert(one.name).second);
    CHECK(debian.insert(one.debian).second);
    CHECK(options.insert(one.option).second);
    CHECK(machines.insert(one.elf_machine).second);
    CHECK(find_architecture(one.name) == &one);
  }
  for (const char* other : {"", "amd64", "X86_64", "i686"})
    CHECK(find_architecture(other) == nullptr);
}

TEST_CASE("architectures: what this is compiled for is what it runs on", "[names]") {
  utsname names{};
  REQUIRE(::uname(&names) == 0);
  CHECK(k_compiled_for == names.machine);
}
