// SPDX-License-Identifier: GPL-2.0-only
//
// Every row of the table of kpatch-build's failures, with log lines in the tool's own form. Long
// because the table is long.
#include "field_failures.hpp"

namespace {

using namespace kpb::builders;

constexpr auto k_tool = kpb::sdk::Fault::tool;
constexpr auto k_input = kpb::sdk::Fault::input;
constexpr auto k_environment = kpb::sdk::Fault::environment;

// What kpatch-build adds to an error once it has a log.
std::string error(const std::string& message) {
  return "ERROR: " + message + ". Check /mnt/kpb/cache/build.log for more details.\n";
}

// A line in which create-diff-object reports something unexpected.
std::string object_error(const std::string& message) {
  return "/usr/lib/kpatch/create-diff-object: ERROR: cmdline.o: " + message + "\n";
}

const std::string k_begin = "Using source directory at /mnt/kpb/tree\n";
const std::string k_testing = k_begin + "Testing patch file(s)\n";
const std::string k_original = k_testing +
                               "patching file fs/proc/cmdline.c\nReading special section data\n"
                               "Building original source\n  CC      fs/proc/cmdline.o\n";
const std::string k_patched = k_original + "Building patched source\n  CC      fs/proc/cmdline.o\n"
                                           "  AR      fs/proc/built-in.a\n";
const std::string k_compare = k_patched + "Extracting new and modified ELF sections\n";
const std::string k_count = error("1 error(s) encountered");

const std::vector<FailureCase>& patch_cases() {
  static const std::vector<FailureCase> cases = {
      {"kpatch-build-lib", k_input, "patch-001.patch", "lib/string.c",
       k_testing +
           error("/mnt/kpb/input/patch-001.patch: unsupported patch to lib/: lib/string.c") +
           error("Unsupported changes detected")},
      {"kpatch-build-assembly", k_input, "patch-002.patch", "arch/x86/entry/entry_64.S",
       k_testing +
           error("/mnt/kpb/input/patch-002.patch: unsupported patch to assembly: "
                 "arch/x86/entry/entry_64.S") +
           error("Unsupported changes detected")},
      {"kpatch-build-unsupported-files", k_input, "", "cannot patch",
       k_testing + error("Unsupported changes detected")},
      {"kpatch-build-already-applied", k_input, "", "patch-001.patch",
       k_testing +
           "patching file fs/proc/cmdline.c\nReversed (or previously applied) patch detected!"
           "  Skipping patch.\n1 out of 1 hunk ignored -- saving rejects to file "
           "fs/proc/cmdline.c.rej\n" +
           error("/mnt/kpb/input/patch-001.patch file failed to apply")},
      {"kpatch-build-does-not-apply", k_input, "patch-001.patch", "Hunk #2 FAILED at 41.",
       k_testing +
           "checking file fs/proc/cmdline.c\nHunk #2 FAILED at 41.\n1 out of 2 hunks FAILED\n" +
           error("/mnt/kpb/input/patch-001.patch file failed to apply")},
      {"kpatch-build-inputs", k_tool, "", "a b.patch",
       "ERROR: patch file 'a b.patch' not found.\n"},
      {"kpatch-build-inputs", k_tool, "", "/x", "ERROR: source dir '/x' not found.\n"},
      {"kpatch-build-inputs", k_tool, "", "/x", "ERROR: config file '/x' not found.\n"},
      {"kpatch-build-inputs", k_tool, "", "/x", "ERROR: vmlinux file '/x' not found.\n"},
      {"kpatch-build-inputs", k_tool, "", "/x", "ERROR: output dir '/x' not found.\n"},
      {"kpatch-build-options", k_tool, "", "no patch", "ERROR: no patch file(s) specified\n"},
      {"kpatch-build-options", k_tool, "", "many", "ERROR: Invalid number of make jobs 'many'.\n"},
      {"kpatch-build-options", k_tool, "", "--non-replace",
       "getopt: unrecognized option '--non-replace'\nERROR: getopt failed.\n"},
      {"kpatch-build-already-applied", k_input, "", "may not be needed",
       k_testing + "Reversed (or previously applied) patch detected!  Skipping patch.\n"},
  };
  return cases;
}

const std::vector<FailureCase>& kernel_cases() {
  static const std::vector<FailureCase> cases = {
      {"kpatch-build-tool-missing", k_environment, "", "gawk", "ERROR: gawk not installed.\n"},
      {"kpatch-build-tool-missing", k_environment, "", "no compiler",
       k_begin + error("gcc >= 4.8 required for -pg -ffunction-settings") +
           "gcc output: /usr/bin/kpatch-build: line 323: gcc: command not found\n" +
           error("kpatch build failed")},
      {"kpatch-build-tool-missing", k_environment, "", "yumdownloader",
       "ERROR: yumdownloader (yum-utils or dnf-utils) not installed.\n"},
      {"kpatch-build-broken", k_environment, "", "create-diff-object",
       "ERROR: can't find supporting tools.\n"},
      {"kpatch-build-no-vmlinux", k_input, "", "--vmlinux", "ERROR: can't find vmlinux.\n"},
      {"kpatch-build-vmlinux", k_input, "", "/boot/vmlinuz",
       "ERROR: Unable to determine the kernel version from vmlinux.\n"},
      {"kpatch-build-other-kernel", k_input, "", "kernel 6.12.1-1, not of 6.12.2-2",
       "ERROR: Kernel version mismatch: 6.12.2-2 was specified but vmlinux was built for 6.12.1-1.\n"},
      {"kpatch-build-other-kernel", k_input, "", "flavour",
       "ERROR: specified flavor rt does not match vmlinux (esx).\n"},
      {"kpatch-build-no-debug-information", k_input, "", "alt_instr",
       k_testing + "Reading special section data\n" +
           error("can't find special struct alt_instr size")},
      {"kpatch-build-no-debug-package", k_input, "", "5.14.0-427.el9.x86_64",
       "ERROR: kernel-debuginfo-5.14.0-427.el9.x86_64 not installed.\n"},
      {"kpatch-build-no-debug-package", k_input, "", "kernel 6.8.0-41-generic",
       "ERROR: linux-image-6.8.0-41-generic-dbgsym not installed.\n"},
      {"kpatch-build-no-debug-package", k_input, "", "kernel 6.1.0-56-amd64",
       "ERROR: linux-image-6.1.0-56-amd64-dbg not installed.\n"},
      {"kpatch-build-no-source", k_input, "", "--source", "ERROR: Unsupported distribution.\n"},
      {"kpatch-build-no-source", k_tool, "", "unpacked",
       error("rpmbuild -bp failed.  you may need to run 'yum-builddep kernel' first.")},
      {"kpatch-build-no-source", k_tool, "", "http://deb.example.org/linux_6.1.dsc",
       error("dget: Could not fetch/unpack http://deb.example.org/linux_6.1.dsc")},
      {"kpatch-build-no-config", k_input, "", "--config",
       k_begin + error("can't find config file")},
      {"kpatch-build-no-config", k_input, "", "--config",
       error("Failed to locate kernel config file")},
      {"kpatch-build-tree", k_input, "", ".git", k_begin + error("setlocalversion failed")},
      {"kpatch-build-tree", k_input, "/mnt/kpb/tree/scripts/link-vmlinux.sh", "--source",
       error("Kernel path not found: /mnt/kpb/tree/scripts/link-vmlinux.sh")},
      {"kpatch-build-kernel-debug-info", k_input, "", "CONFIG_DEBUG_INFO",
       k_begin + error("kernel doesn't have 'CONFIG_DEBUG_INFO' enabled")},
      {"kpatch-build-ibt", k_input, "", "--builder klp-build",
       k_begin + error("kernel option 'CONFIG_X86_KERNEL_IBT' not supported")},
      {"kpatch-build-kernel-option", k_input, "", "CONFIG_DEBUG_INFO_SPLIT",
       k_begin + error("kernel option 'CONFIG_DEBUG_INFO_SPLIT' not supported")},
      {"kpatch-build-kernel-option", k_input, "", "CONFIG_LIVEPATCH_PER_TASK_CONSISTENCY",
       error("openEuler kernel doesn't have 'CONFIG_LIVEPATCH_PER_TASK_CONSISTENCY' enabled")},
      {"kpatch-build-kernel-option", k_input, "", "CONFIG_EXPOLINE_EXTERN",
       error("kernel doesn't have 'CONFIG_EXPOLINE_EXTERN' enabled")},
      {"kpatch-build-no-replace", k_input, "", "--no-replace",
       k_begin + error("The kernel doesn't support klp replace")},
      {"kpatch-build-no-livepatch", k_input, "", "CONFIG_LIVEPATCH",
       "WARNING: Use of kpatch core module (kpatch.ko) is deprecated!  There may be bugs!\n" +
           error("unable to find Module.symvers for kpatch core module")},
      {"kpatch-build-compiler", k_input, "", "gcc version:    GCC: (Debian 12.2.0-14) 12.2.0",
       k_begin +
           "ERROR: gcc/kernel version mismatch\n"
           "gcc version:    GCC: (Debian 12.2.0-14) 12.2.0\n"
           "kernel version: GCC: (Debian 14.2.0-19) 14.2.0\n"
           "Install the matching gcc version (recommended) or use --skip-compiler-check\n"
           "to skip the version matching enforcement (not recommended)\n" +
           error("kpatch build failed")},
      {"kpatch-build-compiler", k_input, "", "clang version 19.1.7",
       "ERROR: clang/kernel version mismatch\nclang version:    clang version 19.1.7\n"
       "kernel version:   clang version 18.1.8\n" +
           error("kpatch build failed")},
      {"kpatch-build-compiler-unusable", k_environment, "", "as: unknown option",
       "ERROR: gcc >= 4.8 required for -pg -ffunction-settings\ngcc output: as: unknown option\n" +
           error("kpatch build failed")},
      {"kpatch-build-compiler-unusable", k_environment, "", "too old",
       error("clang version (17.0.6) doesn't support -fno-direct-access-external-data")},
      {"kpatch-build-nothing-compiled", k_input, "", "not enabled in the configuration",
       k_patched + error("no changed objects found")},
      {"kpatch-build-symvers", k_input, "/mnt/kpb/tree/Module.symvers", "modules",
       k_patched + error("truncated /mnt/kpb/tree/Module.symvers file")},
      {"kpatch-build-symvers", k_input, "/mnt/kpb/cache/tmp/Module.symvers", "incomplete",
       k_patched + error("Malformed /mnt/kpb/cache/tmp/Module.symvers file")},
      {"kpatch-build-symvers", k_input, "/mnt/kpb/tree/Module.symvers", "exports kmalloc_trace",
       k_patched + error("Malformed symbol entry for kmalloc_trace in /mnt/kpb/tree/Module.symvers "
                         "file")},
      {"kpatch-build-symvers", k_input, "", "both targets",
       k_original + "cp: cannot stat '/mnt/kpb/tree/Module.symvers': No such file or directory\n" +
           error("kpatch build failed")},
      {"kpatch-build-cache", k_environment, "/mnt/kpb/cache/tmp", "permissions",
       "ERROR: Couldn't create /mnt/kpb/cache/tmp.\n"},
  };
  return cases;
}

const std::vector<FailureCase>& object_cases() {
  static const std::vector<FailureCase> cases = {
      {"kpatch-build-no-functional-change", k_input, "", "changes no function",
       k_compare + error("no functional changes found")},
      {"kpatch-build-no-functional-change", k_input, "", "callbacks",
       k_compare + "no changed functions were found, but callbacks exist\n" + k_count},
      {"kpatch-build-object-errors", k_tool, "", "ERROR: cmdline.o: something new",
       k_compare + "ERROR: cmdline.o: something new\n" + k_count},
      {"kpatch-build-data-changed", k_input, "fs/proc/cmdline.o", ".data.saved_mode",
       k_compare +
           "cmdline.o: changed section .data.saved_mode not selected for inclusion\n"
           "ERROR: cmdline.o: 1 unsupported section change(s)\n"
           "/usr/lib/kpatch/create-diff-object: unreconcilable difference\n" +
           k_count},
      {"kpatch-build-data-changed", k_input, "fs/proc/cmdline.o", "shadow variable",
       k_compare + "cmdline.o: data section .data..read_mostly selected for inclusion\n" + k_count},
      {"kpatch-build-object-errors", k_tool, "fs/proc/cmdline.o", "2 sections changed",
       k_compare + "ERROR: cmdline.o: 2 unsupported section change(s)\n" + k_count},
      {"kpatch-build-group-section", k_input, "fs/proc/cmdline.o", ".text.kfree_link",
       k_compare + "cmdline.o: changed section .text.kfree_link is part of a section group\n" +
           k_count},
      {"kpatch-build-group-section", k_tool, "fs/proc/cmdline.o", "section group",
       k_compare + "cmdline.o: new/changed group sections are not supported\n" + k_count},
      {"kpatch-build-unreconcilable", k_tool, "", "ERROR: cmdline.o: something new",
       k_compare +
           "ERROR: cmdline.o: something new\n"
           "/usr/lib/kpatch/create-diff-object: unreconcilable difference\n" +
           k_count},
      {"kpatch-build-unpatchable-function", k_input, "fs/proc/cmdline.o", "proc_cmdline_init",
       k_compare +
           "cmdline.o: function proc_cmdline_init has no fentry/mcount call, unable to patch\n"
           "ERROR: cmdline.o: 1 function(s) can not be patched\n"
           "/usr/lib/kpatch/create-diff-object: unreconcilable difference\n" +
           k_count},
      {"kpatch-build-unpatchable-function", k_input, "fs/proc/cmdline.o", "proc_cmdline_init",
       k_compare +
           "cmdline.o: function proc_cmdline_init doesn't have patchable function entry, unable "
           "to patch\n" +
           k_count},
      {"kpatch-build-unpatchable-function", k_input, "fs/proc/cmdline.o", "2 changed functions",
       k_compare + "ERROR: cmdline.o: 2 function(s) can not be patched\n" + k_count},
      {"kpatch-build-jump-label", k_input, "fs/proc/cmdline.o",
       "static_key_enabled(&memcg_kmem_key)",
       k_compare +
           "cmdline.o: Found a jump label at cmdline_proc_show()+0x2f, using key memcg_kmem_key, "
           "which is defined in a module.  Use static_key_enabled() instead.\n" +
           object_error(
               "kpatch_check_special: 2511: Found 1 unsupported jump label(s) in the patched "
               "code. Use static_key_enabled() instead.") +
           k_count},
      {"kpatch-build-jump-label", k_input, "fs/proc/cmdline.o", "3 static keys",
       k_compare +
           object_error(
               "kpatch_regenerate: 2511: Found 3 unsupported jump label(s) in the patched code. "
               "Use static_key_enabled() instead.") +
           k_count},
      {"kpatch-build-static-call", k_input, "fs/proc/cmdline.o", "KPATCH_STATIC_CALL()",
       k_compare +
           "cmdline.o: Found a static call at cmdline_proc_show()+0x11, using key "
           "__SCK__kvm_x86_run, which is defined in a module.  Use KPATCH_STATIC_CALL() "
           "instead.\n" +
           k_count},
      {"kpatch-build-static-call", k_input, "fs/proc/cmdline.o", "2 static calls",
       k_compare +
           object_error(
               "kpatch_check: 2600: Found 2 unsupported static call(s) in the patched code. Use "
               "KPATCH_STATIC_CALL() instead.") +
           k_count},
      {"kpatch-build-sibling-call", k_input, "fs/proc/cmdline.o", "before cmdline_proc_show",
       k_compare +
           "cmdline.o: Found an unsupported sibling call at cmdline_proc_show()+0x20.  Add "
           "__attribute__((optimize(\"-fno-optimize-sibling-calls\"))) to cmdline_proc_show() "
           "definition.\n" +
           k_count},
      {"kpatch-build-sibling-call", k_input, "fs/proc/cmdline.o", "1 sibling calls",
       k_compare +
           object_error(
               "no_sibling: 99: Found 1 unsupported sibling call(s) in the patched code.") +
           k_count},
      {"kpatch-build-static-local", k_input, "fs/proc/cmdline.o", "static variable seen.12",
       k_compare +
           "ERROR: cmdline.o: reference to static local variable seen.12 in cmdline_proc_show "
           "was removed\n" +
           k_count},
      {"kpatch-build-static-local", k_input, "fs/proc/cmdline.o", "seen.12",
       k_compare +
           "ERROR: cmdline.o: static local seen.12 has been correlated with seen.14, but patched "
           "cmdline_proc_show is missing a reference to it\n" +
           k_count},
      {"kpatch-build-data-changed", k_input, "fs/proc/cmdline.o", "size of cmdline_ops",
       k_compare + "ERROR: cmdline.o: object size mismatch: cmdline_ops\n" + k_count},
      {"kpatch-build-symbol-moved", k_tool, "fs/proc/cmdline.o", "cmdline_ops moves",
       k_compare + "ERROR: cmdline.o: symbol changed sections: cmdline_ops\n" + k_count},
      {"kpatch-build-data-changed", k_input, "fs/proc/cmdline.o", "cmdline_ops something else",
       k_compare + "ERROR: cmdline.o: symbol info mismatch: cmdline_ops\n" + k_count},
      {"kpatch-build-init", k_input, "fs/proc/cmdline.o", "at boot only",
       k_compare + "ERROR: changed section .init.rodata not selected for inclusion\n" +
           "ERROR: cmdline.o: 1 unsupported section change(s)\n" + k_count},
      {"kpatch-build-wrong-pair", k_tool, "fs/proc/cmdline.o", "another variable",
       k_compare +
           "ERROR: cmdline.o: static local __key.3 has been correlated with __key.4, but patched "
           "cmdline_proc_show is missing a reference to it\n" +
           k_count},
      {"kpatch-build-wrong-pair", k_tool, "fs/proc/cmdline.o", "another symbol",
       k_compare + "ERROR: cmdline.o: symbol info mismatch: .LC3\n" + k_count},
      {"kpatch-build-headers-differ", k_input, "fs/proc/cmdline.o", "compiler",
       k_compare + "ERROR: cmdline.o: ELF headers differ\n" + k_count},
      {"kpatch-build-headers-differ", k_input, "fs/proc/cmdline.o", ".data.mode",
       k_compare + "ERROR: cmdline.o: .data.mode section header details differ from .data.mode\n" +
           k_count},
      {"kpatch-build-special-section", k_input, "", "__jump_table",
       k_compare +
           object_error("kpatch_create_intermediate: 3277: unsupported klp relocation reference to "
                        "symbol 'xfs_key' in module-specific special section '__jump_table'") +
           k_count},
      {"kpatch-build-other-source", k_input, "cmdline.c", "kpb kernel add",
       k_compare +
           object_error(
               "find_local_syms: 203: couldn't find matching cmdline.c local symbols in vmlinux "
               "symbol table") +
           k_count},
      {"kpatch-build-ambiguous-source", k_tool, "cmdline.c", "several files",
       k_compare +
           object_error(
               "find_local_syms: 198: found duplicate matches for cmdline.c local symbols in "
               "vmlinux symbol table") +
           k_count},
      {"kpatch-build-ambiguous-symbol", k_tool, "", "saved_mode",
       k_compare + object_error("lookup_symbol: 520: duplicate local symbol found for saved_mode") +
           k_count},
      {"kpatch-build-parent", k_tool, "virt/kvm/kvm_main.o", "newer than this kpatch-build",
       k_compare + error("invalid ancestor virt/kvm/kvm_main.o for virt/kvm/kvm_main.o")},
      {"kpatch-build-parent", k_tool, "", "drivers/a.o drivers/b.o",
       k_compare + error("multiple parent matches for drivers/c.o: drivers/a.o drivers/b.o")},
      {"kpatch-build-parent", k_tool, "fs/xfs/xfs.mod", "was not built",
       k_compare + error("can't find .ko for fs/xfs/xfs.mod")},
      {"kpatch-build-parent", k_tool, "fs/xfs/.xfs.o.cmd", "fs/xfs/xfs.o",
       k_compare + error("can't find fs/xfs/xfs.o associated with fs/xfs/.xfs.o.cmd")},
      {"kpatch-build-symbol-version", k_input, "", "__GENKSYMS__",
       k_compare +
           "Building patch module: livepatch-x.ko\n"
           "ERROR: Patch module references single_open with invalid version\n" +
           error("Patch module referencing altered exported kernel symbols cannot be loaded")},
      {"kpatch-build-symbol-version", k_input, "", "Version disagreement for symbol single_open",
       k_patched + "ERROR: Version disagreement for symbol single_open\n" +
           error("Patch module referencing altered exported kernel symbols cannot be loaded")},
      {"kpatch-build-undefined", k_input, "", "provides: hidden_one hidden_two",
       k_compare + "Building patch module: livepatch-x.ko\n" +
           error("Undefined symbols: hidden_one hidden_two ")},
      {"kpatch-build-crash", k_tool, "", "create-diff-object crashed",
       k_compare + "/usr/bin/kpatch-build: line 1480:  4152 Segmentation fault      (core dumped) "
                   "\"$TOOLSDIR\"/create-diff-object --klp-arch \"orig/$i\"\n"},
      {"kpatch-build-crash", k_tool, "", "create-diff-object crashed",
       k_compare + "ERROR: create-diff-object SIGSEGV\n" + error("core file at /tmp/core")},
      {"kpatch-build-crash", k_tool, "", "create-diff-object crashed",
       k_compare +
           "/usr/bin/kpatch-build: line 1480:  4152 Aborted   (core dumped) "
           "\"$TOOLSDIR\"/create-diff-object --klp-arch \"orig/$i\"\n" +
           k_count},
      {"kpatch-build-crash", k_tool, "", "a program of kpatch-build crashed",
       k_compare +
           error("There was a SIGSEGV, but no core dump was found in the current directory.")},
      {"kpatch-build-crash", k_tool, "", "kpatch_compare_symbol",
       k_compare +
           "create-diff-object: create-diff-object.c:512: kpatch_compare_symbol: Assertion "
           "`sym->twin' failed.\n" +
           k_count},
      {"kpatch-build-module-tool", k_tool, "", "create-klp-module ended with status 1",
       k_compare + "Building patch module: livepatch-x.ko\n" +
           error("create-klp-module: exited with return code: 1")},
      {"kpatch-build-object-tool", k_tool, "fs/proc/cmdline.o", "bad .orc_unwind size",
       k_compare + object_error("kpatch_regenerate_orc_sections: 2900: bad .orc_unwind size") +
           k_count},
      {"kpatch-build-module-tool", k_tool, "", "missing symbol table",
       k_compare +
           "/usr/lib/kpatch/create-klp-module: ERROR: tmp.ko: create_symbol_list: 230: missing "
           "symbol table\n" +
           error("create-klp-module: exited with return code: 1")},
      {"kpatch-build-restore", k_tool, "scripts/Makefile.modfinal", "could not restore",
       k_compare + "SUCCESS\nERROR: Couldn't restore kernel path: scripts/Makefile.modfinal. Check "
                   "/mnt/kpb/cache/build.log for more details.\n",
       0},
      {"kpatch-build-step", k_tool, "", "while compiling the original",
       k_original + "cp: error writing 'x': Input/output error\n" + error("kpatch build failed")},
  };
  return cases;
}

std::vector<FailureCase> all_cases() {
  std::vector<FailureCase> all = patch_cases();
  for (const auto* more : {&kernel_cases(), &object_cases()})
    all.insert(all.end(), more->begin(), more->end());
  return all;
}

} // namespace

TEST_CASE("kpatch-build: what is wrong with the patch or the call") {
  check_cases(Tool::kpatch_build, patch_cases());
}

TEST_CASE("kpatch-build: what is wrong with the kernel or the build root") {
  check_cases(Tool::kpatch_build, kernel_cases());
}

TEST_CASE("kpatch-build: what cannot be patched in an object, and crashes") {
  check_cases(Tool::kpatch_build, object_cases());
}

TEST_CASE("kpatch-build: every row of the table is reached") {
  check_all_rows_reached(Tool::kpatch_build, kpatch_build_rules(),
                         with_field_failures(Tool::kpatch_build, all_cases()));
}
