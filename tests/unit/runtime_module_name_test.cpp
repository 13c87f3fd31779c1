// SPDX-License-Identifier: GPL-2.0-only
//
// A module's own name, read from its file: from real modules, and from files that are cut off or
// changed at every place.
#include "core/programs/reconcile/module_name.hpp"
#include "module_elf.hpp"

#include <catch2/catch_test_macros.hpp>

#include <fstream>
#include <iterator>

using kpb::runtime::module_name_in;
using kpb_test::elf_of_module;

namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(KPB_TEST_FIXTURES) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

TEST_CASE("the name of real modules") {
  CHECK(module_name_in(fixture("livepatch-two.ko")) == "livepatch_two");
  CHECK(module_name_in(fixture("klp-livepatch-test.ko")) == "out_livepatch_test_1_1");
}

TEST_CASE("what is no name of a module is none") {
  CHECK(module_name_in(elf_of_module("a_name")) == "a_name");
  CHECK(module_name_in(elf_of_module(std::string(55, 'n'))) == std::string(55, 'n'));
  CHECK(module_name_in(elf_of_module(std::string(56, 'n'))).empty());
  CHECK(module_name_in(elf_of_module("../etc")).empty());
  CHECK(module_name_in(elf_of_module("")).empty());
  CHECK(module_name_in("").empty());
  CHECK(module_name_in("#!/bin/sh").empty());
}

TEST_CASE("a file that is cut or changed anywhere has its name or none") {
  const std::string whole = elf_of_module("a_name");
  for (size_t size = 0; size < whole.size(); ++size)
    CHECK(module_name_in(whole.substr(0, size)).size() <= 6);
  for (size_t at = 0; at < whole.size(); ++at)
    for (const char byte : {'\0', '\1', '\x7f', '\x80', '\xff'}) {
      std::string changed = whole;
      changed[at] = byte;
      CHECK(module_name_in(changed).size() <= 55);
    }
}
