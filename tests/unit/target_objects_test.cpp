// SPDX-License-Identifier: GPL-2.0-only
//
// Compares what a patch changes and refers to with the target's vmlinux and modules: names,
// positions counted as the kernel counts them, and every refusal.
#include "target_world.hpp"

using kpb_test::ElfMaker;
using kpb_test::TargetWorld;

TEST_CASE("a patch that fits its target passes", "[target]") {
  TargetWorld world;
  world.patches("vmlinux", "cmdline_proc_show", 1);
  world.patches("xfs", "xfs_setattr", 1);
  world.patch.livepatch(".klp.sym.vmlinux.saved_command_line,0");
  world.patch.livepatch(".klp.sym.xfs.xfs_stats,1");
  world.patch.livepatch(".klp.tombstone.saved_command_line"); // klp-build leaves such symbols
  world.check_open();
}

TEST_CASE("what is not known of the target is not checked", "[target]") {
  TargetWorld world;
  world.patches("vmlinux", "gone");
  world.patch.undefined("gone_too").livepatch(".klp.sym.vmlinux.gone,0");
  world.target = {};
  world.check_open();
  // Only its init code knows the functions of a hand-written module.
  TargetWorld unknown;
  unknown.facts.functions.reset();
  unknown.check_open();
}

TEST_CASE("a patched function must be in its object", "[target]") {
  TargetWorld world;
  SECTION("vmlinux") {
    world.patches("vmlinux", "gone");
    world.check_refused("target-function", {"patches 'gone' of vmlinux", "has no such symbol"});
  }
  SECTION("a module") {
    world.patches("xfs", "gone", 1);
    world.check_refused("target-function", {"'gone' of module 'xfs'", "refuses that module later"});
  }
  SECTION("another object has it") {
    world.patches("xfs", "cmdline_proc_show");
    world.check_refused("target-function", {"'cmdline_proc_show' of module 'xfs'"});
  }
  SECTION("its compiler has split it") {
    world.vmlinux.function("split.isra.0", 0x2000).data("split.data", 0);
    world.patches("vmlinux", "split");
    world.check_refused("target-function", {"the target has 'split.isra.0'"});
  }
  SECTION("it is no function there") {
    world.patches("vmlinux", "saved_command_line");
    world.check_refused("target-function", {"position 1", "no function"});
  }
  SECTION("undefined in the module") {
    world.xfs.symbol("elsewhere", 0, STT_FUNC, SHN_UNDEF, STB_GLOBAL);
    world.patches("xfs", "elsewhere");
    world.check_refused("target-function", {"'elsewhere' of module 'xfs'", "no such symbol"});
  }
}

TEST_CASE("a patched function must be there when the kernel runs", "[target]") {
  constexpr unsigned k_code = SHF_ALLOC | SHF_EXECINSTR;
  constexpr unsigned k_init = 4, k_exit = 5;
  TargetWorld world;
  for (auto* object : {&world.vmlinux, &world.xfs})
    *object = ElfMaker(object == &world.xfs ? ET_REL : ET_EXEC)
                  .section(".init.text", "code", k_code)
                  .section(".exit.text", "code", k_code)
                  .comment({kpb_test::k_compiler})
                  .function("cmdline_proc_show", 0x1000)
                  .symbol("starts", 0x2000, STT_FUNC, k_init)
                  .symbol("ends", 0x3000, STT_FUNC, k_exit);
  SECTION("what is neither __init nor __exit is") { world.check_open(); }
  SECTION("__init of the kernel") {
    world.patches("vmlinux", "starts");
    world.check_refused("target-init", {"'starts' of vmlinux", "once the kernel has started"});
  }
  SECTION("__exit of the kernel") {
    world.patches("vmlinux", "ends");
    world.check_refused("target-init", {"'ends' of vmlinux"});
  }
  SECTION("__init of a module") {
    world.patches("xfs", "starts");
    world.check_refused("target-init", {"'starts' of module 'xfs'", "when the module is loaded"});
  }
  SECTION("__exit of a module") {
    world.patches("xfs", "ends");
    world.check_open();
  }
  SECTION("the other one of its name") {
    world.vmlinux.function("starts", 0x1500);
    world.patches("vmlinux", "starts", 1);
    world.check_open();
  }
}

TEST_CASE("positions in vmlinux go by address, whatever the symbol table's order", "[target]") {
  TargetWorld world;
  // In the order of addresses: function, data, function. In the table: data, function, function.
  world.vmlinux.data("show", 0x2000).function("show", 0x3000).function("show", 0x1000);
  for (const uint64_t position : {1, 3}) {
    TargetWorld good = world;
    good.patches("vmlinux", "show", position);
    good.check_open();
  }
  world.patches("vmlinux", "show", 2);
  world.check_refused("target-function", {"'show' of vmlinux at position 2", "no function"});
}

TEST_CASE("a builder that counts in another order than the kernel is caught", "[target]") {
  // The builder meant the one at 0x3000, which is first in the table and last for the kernel.
  TargetWorld world;
  world.vmlinux.function("show", 0x3000).function("show", 0x1000);
  world.patches("vmlinux", "show", 1);
  auto& function = world.facts.functions->back();
  function.old_address = 0x3000;
  SECTION("at the other's address") {
    world.check_refused("target-position", {"position 1, which is at 0x00001000",
                                            "meant the one at 0x00003000, position 2"});
  }
  SECTION("at its own") {
    function.old_address = 0x1000;
    world.check_open();
  }
  SECTION("nowhere in the target") {
    function.old_address = 0x5000;
    world.check_open();
  }
  SECTION("in a module, where addresses are of sections") {
    world.xfs.function("show", 0x3000).function("show", 0x1000);
    function.object = "xfs";
    function.old_address = 0x1000;
    world.check_open();
  }
}

TEST_CASE("positions in a module go by the symbol table, whatever the addresses", "[target]") {
  TargetWorld world;
  world.xfs.function("show", 0x300).function("show", 0x100).data("show", 0x200);
  for (const uint64_t position : {1, 2}) {
    TargetWorld good = world;
    good.patches("xfs", "show", position);
    good.check_open();
  }
  world.patches("xfs", "show", 3);
  world.check_refused("target-function", {"'show' of module 'xfs' at position 3", "no function"});
}

TEST_CASE("a position must be there", "[target]") {
  TargetWorld world;
  world.vmlinux.function("show", 0x3000).function("show", 0x1000).function("show", 0x2000);
  SECTION("one too far") {
    world.patches("vmlinux", "show", 4);
    world.check_refused("target-position",
                        {"'show' of vmlinux at position 4", "has 3 symbols of that name"});
  }
  SECTION("the second of one") {
    world.patches("vmlinux", "cmdline_proc_show", 2);
    world.check_refused("target-position", {"position 2", "has one symbol"});
  }
  SECTION("the last") {
    world.patches("vmlinux", "show", 3);
    world.check_open();
  }
  SECTION("none given, but several there") {
    world.patches("vmlinux", "show", 0);
    world.check_refused("target-ambiguous", {"'show' of vmlinux as if its name were unique",
                                             "has 3 symbols", "1 to 3"});
  }
}

TEST_CASE("what kallsyms leaves out does not count", "[target]") {
  TargetWorld world;
  world.vmlinux.symbol("show", 0, STT_FILE, SHN_ABS)
      .symbol("show", 0, STT_SECTION, ElfMaker::k_text)
      .symbol("show", 0, STT_OBJECT, ElfMaker::k_debug)
      .symbol("show", 0, STT_NOTYPE, SHN_ABS)
      .symbol("show", 0, STT_NOTYPE, SHN_UNDEF, STB_WEAK)
      .function("show", 0x1000)
      .function("__crc_show", 0x1000)
      .function(".Lshow", 0x1000);
  SECTION("of the same name") {
    world.patches("vmlinux", "show", 0);
    world.check_open();
  }
  SECTION("assembler's names") {
    world.patches("vmlinux", ".Lshow", 0);
    world.check_refused("target-function", {"'.Lshow'"});
  }
  SECTION("CRCs") {
    world.patches("vmlinux", "__crc_show", 0);
    world.check_refused("target-function", {"'__crc_show'"});
  }
}

TEST_CASE("symbols that are found when a patch is applied must be there", "[target]") {
  TargetWorld world;
  world.vmlinux.data("twice", 0x9100).data("twice", 0x9200);
  SECTION("each of two") {
    world.patch.livepatch(".klp.sym.vmlinux.twice,1").livepatch(".klp.sym.vmlinux.twice,2");
    world.check_open();
  }
  SECTION("no such symbol") {
    world.patch.livepatch(".klp.sym.vmlinux.gone,0");
    world.check_refused("target-klp-symbol", {"'.klp.sym.vmlinux.gone,0'", "has none"});
  }
  SECTION("no such symbol in a module") {
    world.patch.livepatch(".klp.sym.xfs.gone,1");
    world.check_refused("target-klp-symbol", {"in module 'xfs'", "has none"});
  }
  SECTION("no such position") {
    world.patch.livepatch(".klp.sym.vmlinux.twice,3");
    world.check_refused("target-klp-symbol", {"symbol 3", "has 2"});
  }
  SECTION("several") {
    world.patch.livepatch(".klp.sym.vmlinux.twice,0");
    world.check_refused("target-klp-symbol", {"the only symbol", "has 2"});
  }
  SECTION("not in that form") {
    for (const char* name :
         {".klp.sym.vmlinux", ".klp.sym.vmlinux.x", ".klp.sym.vmlinux.x,", ".klp.sym.vmlinux.x,1x",
          ".klp.sym..x,0", ".klp.sym.vmlinux.,0", ".klp.sym.vmlinux.x,-1", ".klp.sym.a,0.x",
          ".klp.sym.vmlinux.x,99999999999999999999"}) {
      INFO(name);
      TargetWorld bad;
      bad.patch.livepatch(name);
      bad.check_refused("target-klp-symbol", {name, ".klp.sym.OBJECT.NAME,POSITION"});
    }
  }
}

TEST_CASE("a module of the target is found in either form of its name", "[target]") {
  TargetWorld world;
  world.files.file("/k/modules/nf-tables.ko", ElfMaker(ET_REL).function("nft_init").image());
  world.patches("nf_tables", "nft_init");
  world.patches("nf-tables", "nft_init");
  world.check_open();
}

TEST_CASE("a module that the target's files lack is only warned of, once", "[target]") {
  TargetWorld world;
  world.patches("ext9", "ext9_open");
  world.patch.livepatch(".klp.sym.ext9.ext9_state,0");
  SECTION("not in the directory") {}
  SECTION("no directory") { world.target.modules.clear(); }
  const auto all = world.judge();
  REQUIRE(all.size() == 1);
  CHECK(all[0].severity == kpb::Severity::warning);
  CHECK(all[0].code == "target-object-unknown");
  CHECK(all[0].what.find("'ext9' was not looked up (functions: 1, symbols: 1)") !=
        std::string::npos);
}

TEST_CASE("module and target must be of one machine", "[target]") {
  TargetWorld world;
  world.vmlinux.machine(EM_AARCH64);
  world.check_refused("target-machine", {"number 62", "vmlinux for 183"});
}

TEST_CASE("a big-endian target is read in its own order", "[target]") {
  TargetWorld world;
  world.vmlinux = ElfMaker().machine(EM_S390, /*big_endian=*/true);
  world.vmlinux.comment({kpb_test::k_compiler});
  world.vmlinux.function("show", 0x2000).data("show", 0x1000);
  world.facts.e_machine = EM_S390;
  world.facts.functions = {{{"vmlinux", "show", 2}}};
  world.check_open();
  world.facts.functions = {{{"vmlinux", "show", 1}}};
  world.check_refused("target-function", {"position 1"});
}

TEST_CASE("every refusal is reported", "[target]") {
  TargetWorld world;
  world.patches("vmlinux", "gone");
  world.patches("vmlinux", "cmdline_proc_show", 9);
  world.patches("xfs", "gone");
  world.patch.livepatch(".klp.sym.vmlinux.gone,0").livepatch(".klp.sym.x");
  world.patch.undefined("unexported").undefined("xfs_helper").comment({"clang"});
  world.facts.modinfo = {};
  std::vector<std::string> codes;
  for (const auto& d : world.judge())
    codes.push_back(d.code);
  CHECK(codes == std::vector<std::string>{"target-klp-symbol", "target-function", "target-position",
                                          "target-klp-symbol", "target-function", "target-gpl",
                                          "target-undefined", "target-dependency", "target-crc"});
}

TEST_CASE("the module's compiler is the target's", "[target]") {
  TargetWorld world;
  world.patch = ElfMaker(ET_REL);
  world.versions.clear();
  SECTION("another") {
    world.patch.comment({kpb_test::k_compiler, "GCC: (GNU) 13.3.0"});
    world.check_refused("target-compiler", {"compiled by 'GCC: (Debian", "'GCC: (GNU) 13.3.0'",
                                            "vmlinux by 'GCC: (Debian 14.2.0-19) 14.2.0', 'rustc"});
  }
  SECTION("a module that does not say") {
    const auto all = world.judge();
    REQUIRE(all.size() == 1);
    CHECK(all[0].code == "target-compiler-unknown");
    CHECK(all[0].severity == kpb::Severity::warning);
  }
  SECTION("a target that does not say") {
    world.patch.comment({kpb_test::k_compiler});
    world.vmlinux = ElfMaker().function("cmdline_proc_show", 1);
    const auto all = world.judge();
    REQUIRE(all.size() == 1);
    CHECK(all[0].code == "target-compiler-unknown");
  }
}
