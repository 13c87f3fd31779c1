// SPDX-License-Identifier: GPL-2.0-only
//
// Undefined symbols compared with Module.symvers: exported at all, by the kernel itself, to this
// module, with the same type; and the old forms of that file, and damaged ones.
#include "core/inspect/target/symvers.hpp"
#include "target_world.hpp"

using kpb_test::ElfMaker;
using kpb_test::TargetWorld;

TEST_CASE("an undefined symbol must be exported", "[target]") {
  TargetWorld world;
  SECTION("not at all") {
    world.patch.undefined("gone");
    world.check_refused("target-undefined", {"uses 'gone'", "/k/Module.symvers"});
  }
  SECTION("by another module") {
    world.patch.undefined("xfs_helper");
    world.version("xfs_helper", 0x44444444);
    world.check_refused("target-dependency", {"'xfs_helper'", "'fs/xfs/xfs'", "insmod"});
  }
  SECTION("by a module and by the kernel") {
    world.symvers += "0x77777777\txfs_helper\tvmlinux\tEXPORT_SYMBOL\t\n";
    world.patch.undefined("xfs_helper");
    world.version("xfs_helper", 0x77777777);
    world.check_open();
  }
  SECTION("weak ones need not be") {
    world.patch.undefined("gone", STB_WEAK).undefined("_GLOBAL_OFFSET_TABLE_");
    world.check_open();
  }
}

TEST_CASE("a symbol must be exported to this module", "[target]") {
  TargetWorld world;
  SECTION("a GPL symbol to another module") {
    world.facts.modinfo = {{"license", "Proprietary"}};
    world.check_refused("target-gpl", {"'klp_enable_patch'", "'Proprietary'"});
  }
  SECTION("licenses of the GPL's kind") {
    world.facts.modinfo = {{"license", "Dual BSD/GPL"}};
    world.check_open();
  }
  SECTION("a namespace that is not imported") {
    world.patch.undefined("dma_buf_get");
    world.version("dma_buf_get", 0x33333333);
    world.facts.modinfo.emplace_back("import_ns", "PWM");
    world.check_refused("target-namespace", {"'dma_buf_get'", "'DMA_BUF'", "imports 'PWM'"});
  }
  SECTION("a namespace that is imported") {
    world.patch.undefined("dma_buf_get");
    world.version("dma_buf_get", 0x33333333);
    world.facts.modinfo.emplace_back("import_ns", "PWM");
    world.facts.modinfo.emplace_back("import_ns", "DMA_BUF");
    world.check_open();
  }
  SECTION("for named modules only") {
    world.patch.undefined("kvm_only");
    world.version("kvm_only", 0x66666666);
    world.facts.modinfo.emplace_back("import_ns", "module:kvm,kvm-amd");
    world.check_refused("target-namespace", {"'kvm_only'", "'kvm,kvm-amd' only"});
  }
}

TEST_CASE("CRCs are compared where there are any", "[target]") {
  TargetWorld world;
  SECTION("another one") {
    world.versions.clear();
    world.version("_printk", 0x11111112);
    world.version("klp_enable_patch", 0x22222222);
    world.check_refused("target-crc", {"CRC 0x11111112 of '_printk'", "with 0x11111111"});
  }
  SECTION("one of more than 32 bits") {
    world.versions.clear();
    world.version("_printk", 0x100000000ULL | 0x11111111);
    world.version("klp_enable_patch", 0x22222222);
    world.check_refused("target-crc", {"0x0000000111111111", "with 0x11111111"});
  }
  SECTION("of the module's own layout") {
    world.versions.clear();
    world.version("module_layout", 0x55555556);
    world.version("_printk", 0x11111111);
    world.version("klp_enable_patch", 0x22222222);
    world.check_refused("target-crc", {"0x55555556 of 'module_layout'", "with 0x55555555"});
  }
  SECTION("not recorded") {
    world.versions.clear();
    world.version("klp_enable_patch", 0x22222222);
    world.check_refused("target-crc", {"no CRC of '_printk'", "0x11111111"});
  }
  SECTION("none recorded at all") {
    world.versions.clear();
    world.check_refused("target-crc", {"records no CRCs", "0x11111111"});
  }
  SECTION("a symbol that has none") {
    world.patch.undefined("no_crc");
    world.check_open();
  }
  SECTION("a kernel without CRCs") {
    world.versions.clear();
    world.symvers = "0x00000000\t_printk\tvmlinux\tEXPORT_SYMBOL\n"
                    "0x00000000\tklp_enable_patch\tvmlinux\tEXPORT_SYMBOL_GPL\n";
    world.check_open();
  }
  SECTION("no symvers known") {
    world.versions.clear();
    world.target.symvers.clear();
    world.check_open();
  }
}

TEST_CASE("CRCs in the newer form are read, and come first", "[target]") {
  TargetWorld world;
  const std::string names("_printk\0klp_enable_patch\0", 25);
  const auto crcs = [&](uint64_t first, uint64_t second) {
    return world.patch.integer(first, 4) + world.patch.integer(second, 4);
  };
  SECTION("alone") {
    world.versions.clear();
    world.patch.section("__version_ext_crcs", crcs(0x11111111, 0x22222222))
        .section("__version_ext_names", names);
    world.check_open();
  }
  SECTION("wrong, whatever the older form says") {
    world.patch.section("__version_ext_crcs", crcs(0x11111111, 0x22222223))
        .section("__version_ext_names", names);
    world.check_refused("target-crc", {"0x22222223 of 'klp_enable_patch'", "with 0x22222222"});
  }
  SECTION("fewer names than CRCs") {
    world.patch.section("__version_ext_crcs", crcs(1, 2) + crcs(3, 4))
        .section("__version_ext_names", names);
    world.check_refused("module-metadata", {"fewer names"});
  }
  SECTION("one half") {
    world.patch.section("__version_ext_names", names);
    world.check_refused("module-metadata", {"other half"});
  }
  SECTION("no whole CRCs") {
    world.patch.section("__version_ext_crcs", "123").section("__version_ext_names", names);
    world.check_refused("module-metadata", {"4-byte"});
  }
  SECTION("names that do not end") {
    world.patch.section("__version_ext_crcs", crcs(1, 2)).section("__version_ext_names", "a");
    world.check_refused("module-metadata", {"does not end"});
  }
}

TEST_CASE("damaged CRC tables are refused", "[target]") {
  TargetWorld world;
  SECTION("no whole entry") {
    world.versions.pop_back();
    world.check_refused("module-metadata", {"'__versions'", "64-byte"});
  }
  SECTION("a name that does not end") {
    world.version(std::string(56, 'a'), 1);
    world.check_refused("module-metadata", {"'__versions'", "does not end"});
  }
}

TEST_CASE("Module.symvers in its forms", "[target]") {
  const auto parse = [](const std::string& text) {
    kpb::CollectingSink sink;
    const auto exports = kpb::parse_symvers(text, "S", sink);
    REQUIRE(exports);
    REQUIRE(sink.all().empty());
    return *exports;
  };
  const auto now = parse("0xdeadbeef\ta\tvmlinux\tEXPORT_SYMBOL_GPL\tNS\n"
                         "0x00000000\tb\tdrivers/b\tEXPORT_SYMBOL\t");
  CHECK(now.at("a").crc == 0xdeadbeef);
  CHECK(now.at("a").from_kernel());
  CHECK(now.at("a").gpl_only);
  CHECK(now.at("a").name_space == "NS");
  CHECK(now.at("b").module == "drivers/b");
  CHECK_FALSE(now.at("b").from_kernel());
  CHECK_FALSE(now.at("b").gpl_only);
  CHECK(now.at("b").name_space.empty());

  // The forms before Linux 5.4, and of 5.4 and 5.5.
  CHECK(parse("0x1\ta\tvmlinux\tEXPORT_UNUSED_SYMBOL_GPL\n").at("a").gpl_only);
  const auto older = parse("0x1\ta\tNS\tvmlinux\tEXPORT_SYMBOL\n0x1\tb\t\tvmlinux\tEXPORT_SYMBOL");
  CHECK(older.at("a").name_space == "NS");
  CHECK(older.at("a").from_kernel());
  CHECK(older.at("b").name_space.empty());
}

TEST_CASE("a damaged Module.symvers is an error of its own, with the line", "[target]") {
  const std::string good = "0x11111111\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n";
  struct Case {
    const char* line;
    const char* word;
  };
  const Case cases[] = {
      {"", "1 fields"},
      {"0x1\ta\tvmlinux", "3 fields"},
      {"0x1\ta\tvmlinux\tEXPORT_SYMBOL\tNS\tmore", "6 fields"},
      {"11111111\ta\tvmlinux\tEXPORT_SYMBOL", "'11111111'"},
      {"0x\ta\tvmlinux\tEXPORT_SYMBOL", "no CRC"},
      {"0x1g\ta\tvmlinux\tEXPORT_SYMBOL", "no CRC"},
      {"0x123456789\ta\tvmlinux\tEXPORT_SYMBOL", "no CRC"},
      {"0x1\t\tvmlinux\tEXPORT_SYMBOL", "no symbol"},
      {"0x1\ta\t\tEXPORT_SYMBOL", "no module"},
      {"0x1\ta\tvmlinux\texported", "'exported'"},
      {"0x1\ta\tvmlinux\tEXPORT_SYMBOL\r", "control byte"},
      {"0x1\ta\x1b[2J\tvmlinux\tEXPORT_SYMBOL", "control byte"},
  };
  for (const Case& c : cases) {
    INFO(c.line);
    TargetWorld world;
    world.symvers = good + c.line + "\n" + good;
    world.check_refused("target-symvers", {c.word}, "/k/Module.symvers:2");
  }
  TargetWorld empty;
  empty.symvers.clear();
  empty.check_refused("target-symvers", {"no exported symbol"}, "/k/Module.symvers");
  TargetWorld missing;
  missing.target.symvers = "/k/nowhere";
  missing.check_refused("target-unreadable", {"No such file"}, "/k/nowhere");
}
