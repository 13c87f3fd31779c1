// SPDX-License-Identifier: GPL-2.0-only
//
// The apt hook's decision, given what apt writes to it. tests/machine/repositories.py uses apt
// itself.
#include "core/programs/reconcile/apt_hook.hpp"
#include "runtime_world.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace kpb_test;

namespace {

const std::string k_old =
    "Package: kpatch-module-a\nProvides: kpatch-slot-k, kpatch-func-1234\n"
    "Conflicts: kpatch-slot-k\nBreaks: \nReplaces: \nKpatch-Functions: vmlinux:f:1\n";

// apt removes kpatch-module-a and unpacks the package `incoming`.
int hook(RuntimeMachine& machine, const std::string& incoming,
         const std::string& command = "apt-get install x.deb",
         const std::string& version = "VERSION 3") {
  machine.prints = {{"dpkg-query", k_old}, {"dpkg-deb", incoming}};
  auto world = machine.world();
  return rt::apt_hook(world, version + "\nCommandLine::AsString=" + command +
                                 "\n\nkpatch-module-a 1-1 amd64 none > - - none **REMOVE**\n" +
                                 (incoming.empty() ? "" : "x - - none < 1-1 amd64 none /x.deb\n") +
                                 "y 1 amd64 none < 1 amd64 none **CONFIGURE**\n");
}

} // namespace

TEST_CASE("apt is stopped when it removes a live patch for another's sake") {
  RuntimeMachine machine;
  REQUIRE(hook(machine,
               "Package: kpatch-module-b\nProvides: kpatch-slot-k\nConflicts: kpatch-slot-k\n") ==
          1);
  REQUIRE(machine.messages.size() == 1);
  REQUIRE(machine.messages[0].code == "apt-swap");
  REQUIRE(machine.messages[0].where == "kpatch-module-a");
  REQUIRE(machine.messages[0].what.find("kpatch-module-b") != std::string::npos);
  REQUIRE(machine.messages[0].hint.find("apt-get install kpatch-module-b kpatch-module-a-") !=
          std::string::npos);
}

TEST_CASE("apt is stopped when another package is removed by name") {
  RuntimeMachine machine;
  const std::string rival = "Package: kpatch-module-b\nConflicts: kpatch-slot-k\n";
  REQUIRE(hook(machine, rival, "apt-get remove other kpatch-module-b+") == 1);
  REQUIRE(hook(machine, rival, "apt-get remove kpatch-module-ab kpatch-module-b+") == 1);
  REQUIRE(hook(machine, rival, "apt-get remove kpatch-module-a:amd64+ kpatch-module-b+") == 1);
  REQUIRE(hook(machine, rival, "apt-get -o Foo=remove install kpatch-module-a") == 1);
}

TEST_CASE("a function that both have is named, not its digest") {
  RuntimeMachine machine;
  REQUIRE(hook(machine, "Package: kpatch-module-b\nConflicts: kpatch-func-1234\n"
                        "Kpatch-Functions: vmlinux:f:1 vmlinux:g:1\n") == 1);
  REQUIRE(machine.messages[0].why.find("the function vmlinux:f:1") != std::string::npos);
}

TEST_CASE("apt goes on") {
  RuntimeMachine machine;
  const std::string rival = "Package: kpatch-module-b\nConflicts: kpatch-slot-k\n";
  SECTION("with a plain removal") { REQUIRE(hook(machine, "") == 0); }
  SECTION("with a package that has nothing to do with it") {
    REQUIRE(hook(machine, "Package: x\n") == 0);
  }
  SECTION("with one that replaces it by name") {
    REQUIRE(hook(machine, rival + "Replaces: kpatch-module-a\n") == 0);
  }
  SECTION("when it was told to remove it") {
    REQUIRE(hook(machine, rival, "apt-get install x.deb kpatch-module-a-") == 0);
  }
  SECTION("when removing it is the command, and the other one comes with it") {
    REQUIRE(hook(machine, rival, "apt-get -y remove kpatch-module-a kpatch-module-b+") == 0);
    REQUIRE(hook(machine, rival, "apt purge kpatch-module-b+ kpatch-module-a:amd64") == 0);
  }
  SECTION("when its protocol is another, with a warning") {
    REQUIRE(hook(machine, rival, "", "VERSION 4") == 0);
    REQUIRE(machine.said("apt-unread"));
  }
}

TEST_CASE("names are taken out of relation fields") {
  REQUIRE(rt::relation_names("a (= 1-1), b:any | c [amd64],\n d") ==
          std::vector<std::string>{"a", "b", "c", "d"});
}
