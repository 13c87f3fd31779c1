// SPDX-License-Identifier: GPL-2.0-only
//
// A target kernel in memory and a live patch that fits it: a test makes one thing wrong and checks
// the gates' messages.
#ifndef KPB_TESTS_UNIT_TARGET_WORLD_HPP
#define KPB_TESTS_UNIT_TARGET_WORLD_HPP

#include "core/inspect/target/target_gates.hpp"
#include "memory_filesystem.hpp"
#include "target_image.hpp"

#include <catch2/catch_test_macros.hpp>

namespace kpb_test {

inline constexpr const char* k_compiler = "GCC: (Debian 14.2.0-19) 14.2.0";

struct TargetWorld {
  MemoryFileSystem files;
  kpb::TargetFiles target{"/k/vmlinux", "/k/modules", "/k/Module.symvers"};

  ElfMaker vmlinux;
  ElfMaker xfs{ET_REL}; // a module of the target
  std::string symvers = "0x11111111\t_printk\tvmlinux\tEXPORT_SYMBOL\t\n"
                        "0x22222222\tklp_enable_patch\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
                        "0x33333333\tdma_buf_get\tvmlinux\tEXPORT_SYMBOL_GPL\tDMA_BUF\n"
                        "0x44444444\txfs_helper\tfs/xfs/xfs\tEXPORT_SYMBOL\t\n"
                        "0x55555555\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
                        "0x66666666\tkvm_only\tvmlinux\tEXPORT_SYMBOL_GPL\tmodule:kvm,kvm-amd\n"
                        "0x00000000\tno_crc\tvmlinux\tEXPORT_SYMBOL\t\n";
  ElfMaker patch{ET_REL};
  kpb::ModuleFacts facts;
  std::string versions;

  TargetWorld() {
    vmlinux.comment({k_compiler, k_compiler, "rustc version 1.85.0"});
    vmlinux.function("cmdline_proc_show", 0x1000).data("saved_command_line", 0x9000);
    xfs.function("xfs_setattr", 0x10).data("xfs_stats", 0);
    patch.comment({k_compiler, k_compiler});
    patch.undefined("_printk").undefined("klp_enable_patch");
    facts.e_machine = EM_X86_64;
    facts.modinfo = {{"livepatch", "Y"}, {"license", "GPL"}};
    facts.functions = {{{"vmlinux", "cmdline_proc_show"}}};
    version("module_layout", 0x55555555);
    version("_printk", 0x11111111);
    version("klp_enable_patch", 0x22222222);
  }

  void version(const std::string& name, uint64_t crc) {
    std::string entry = patch.integer(crc, 8) + name;
    entry.resize(64);
    versions += entry;
  }
  void patches(const std::string& object, const std::string& function, uint64_t position = 0) {
    facts.functions->push_back({object, function, position == 0 ? 1 : position, position == 0});
  }

  // The gates' messages, in order; also checks that their result fits.
  std::vector<kpb::Diagnostic> judge() {
    files.file("/k/vmlinux", vmlinux.image());
    files.directory("/k/modules");
    if (!files.has("/k/modules/xfs.ko"))
      files.file("/k/modules/xfs.ko", xfs.image());
    files.file("/k/Module.symvers", symvers);
    ElfMaker whole = patch;
    if (!versions.empty())
      whole.section("__versions", versions, SHF_ALLOC);
    kpb::CollectingSink sink;
    const bool ok = kpb::check_target_gates(whole.image(), facts, target, files, "dir/x.ko", sink);
    CHECK(ok == (sink.first_error() == nullptr));
    for (const auto& d : sink.all()) {
      CHECK((d.severity == kpb::Severity::warning || d.fault == kpb::Fault::input));
      CHECK(!d.what.empty());
    }
    return sink.all();
  }

  void check_open() {
    for (const auto& d : judge()) {
      INFO(d.code << " " << d.where << ": " << d.what);
      CHECK(false);
    }
  }
  // Checks for one refusal with that code, place and these words.
  void check_refused(const std::string& code, const std::vector<std::string>& words,
                     const std::string& where = "dir/x.ko") {
    const auto all = judge();
    std::string said;
    for (const auto& d : all)
      said += d.code + " " + d.where + ": " + d.what + "; " + d.why + " hint: " + d.hint + "\n";
    INFO(said);
    REQUIRE(all.size() == 1);
    CHECK(all[0].severity == kpb::Severity::error);
    CHECK(all[0].code == code);
    CHECK(all[0].where == where);
    for (const auto& word : words) {
      INFO(word);
      CHECK(said.find(word) != std::string::npos);
    }
  }
};

} // namespace kpb_test

#endif
