// SPDX-License-Identifier: GPL-2.0-only
//
// What sections, symbols and files are, by names as builders and kernels print them.
#include "plugins/common/diff_builder/name_kinds.hpp"

#include <catch2/catch_test_macros.hpp>

#include <string>
#include <vector>

using namespace kpb::builders;

namespace {

void check(Kind (*classify)(std::string_view), Kind kind, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    CAPTURE(name);
    CHECK(static_cast<int>(classify(name)) == static_cast<int>(kind));
  }
}

} // namespace

TEST_CASE("kinds of sections") {
  check(section_kind, Kind::data,
        {".data", ".data.saved_mode", ".data..read_mostly", ".data..percpu", ".bss", ".bss.counter",
         ".rodata.names", ".data..ro_after_init", ".rela.data.ops", ".data..page_aligned"});
  check(section_kind, Kind::code,
        {".text", ".text.f", ".rela.text.unlikely.raid10d", ".text.hot.f"});
  check(section_kind, Kind::placed_code,
        {".sched.text", ".rela.sched.text", ".spinlock.text", ".noinstr.text", ".kprobes.text",
         ".irqentry.text", ".cpuidle.text", ".entry.text"});
  check(section_kind, Kind::init_code,
        {".init.text", ".rela.init.text", ".exit.text", ".head.text", ".ref.text"});
  check(section_kind, Kind::init_data, {".init.data", ".init.rodata", ".init.setup"});
  check(section_kind, Kind::table,
        {".altinstructions",
         ".rela.altinstructions",
         ".altinstr_replacement",
         ".fixup",
         ".rela__ex_table",
         "__bug_table",
         ".rela__jump_table",
         ".smp_locks",
         ".parainstructions",
         ".rela.static_call_sites",
         ".retpoline_sites",
         ".return_sites",
         ".call_sites",
         ".ibt_endbr_seal",
         ".orc_unwind_ip",
         ".rela.orc_unwind",
         ".orc_header",
         ".rela.discard.unreachable",
         ".rela__mcount_loc",
         "__patchable_function_entries",
         ".data.once",
         ".data..unlikely",
         ".printk_index",
         "__tracepoints_ptrs"});
  check(section_kind, Kind::constants,
        {".rodata", ".rela.rodata", ".rodata.str1.1", ".rodata.cst16", ".rodata.show_stat.str1.8",
         ".rodata.CSWTCH.347", ".rodata.__func__.12"});
  check(section_kind, Kind::debug,
        {".debug_info", ".rela.debug_line", ".comment", ".note.gnu.property"});
  check(section_kind, Kind::group, {".group"});
  check(section_kind, Kind::unknown, {"", ".strange", "data", ".rela", "__strange"});
}

TEST_CASE("kinds of symbols") {
  check(symbol_kind, Kind::label, {".LC39", ".L12", ".LANCHOR0"});
  check(symbol_kind, Kind::clone,
        {"count.isra.17.constprop.23", "f.part.0", "f.cold", "f.cold.12", "f.constprop.0"});
  check(symbol_kind, Kind::thinlto, {"c_start.llvm.18238767671416440194"});
  check(symbol_kind, Kind::generated,
        {"CSWTCH.347", "__func__.66237", "__key.3", "__msg.66237", "_rs.1", "descriptor.12",
         "__already_done.0", "__warned.5"});
  check(symbol_kind, Kind::static_local, {"seen.12", "uncond.52945", "descriptors.3", "_rsx.1"});
  check(symbol_kind, Kind::named, {"init_cred", "section_objs", "", "a.b", "__func__"});
}

TEST_CASE("kinds of files") {
  check(file_kind, Kind::vdso,
        {"arch/x86/entry/vdso/vdso32/vclock_gettime.o", "arch/arm64/kernel/vdso/vgettimeofday.o",
         "vdso-image-32-syscall.o", "vclock_gettime.o",
         "arch/x86/entry/vdso/vdso32-syscall.so.dbg"});
  check(file_kind, Kind::boot,
        {"arch/x86/realmode/rm/reboot.o", "arch/x86/boot/compressed/misc.o",
         "arch/x86/purgatory/sha256.o", "drivers/firmware/efi/libstub/efi-stub-helper.o"});
  check(file_kind, Kind::archive, {"arch/arm64/lib/lib.a"});
  check(file_kind, Kind::per_link, {"init/version-timestamp.o", "init/version.o"});
  check(file_kind, Kind::carrier, {"rmpiggy.o", "arch/x86/realmode/rmpiggy.o"});
  // fs/proc/version.o is an ordinary one.
  check(file_kind, Kind::object,
        {"fs/proc/cmdline.o", "fs/proc/version.o", "version.o", "kernel/reboot.o", "boot.o",
         "lib/string.o", ""});
}

TEST_CASE("kinds: the capture tells which names they are, and each kind has its word") {
  CHECK(kind_of("section", ".data.a") == Kind::data);
  CHECK(kind_of("variable", "__key.3") == Kind::generated);
  CHECK(kind_of("symbol", ".LC1") == Kind::label);
  CHECK(kind_of("file", "init/version.o") == Kind::per_link);
  CHECK(kind_named("init-code") == Kind::init_code);
  CHECK(kind_named("nonsense") == Kind::unknown);
  CHECK(base_section(".rela.altinstructions") == ".altinstructions");
  CHECK(base_section(".rela__ex_table") == "__ex_table");
}
