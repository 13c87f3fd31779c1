// SPDX-License-Identifier: GPL-2.0-only
//
// Every row of the table of klp-build's failures, with log lines in the tool's own form.
#include "field_failures.hpp"

namespace {

using namespace kpb::builders;

constexpr auto k_tool = kpb::sdk::Fault::tool;
constexpr auto k_input = kpb::sdk::Fault::input;
constexpr auto k_environment = kpb::sdk::Fault::environment;

std::string error(const std::string& message) { return "error: klp-build: " + message + "\n"; }

const std::string k_validating = "Validating patch(es)\n";
const std::string k_original = k_validating + "Building original kernel\n";
const std::string k_patched = k_validating + "Fixing patch(es)\nBuilding patched kernel\n";
const std::string k_diff = k_patched +
                           "Copying patched object files\nGenerating original checksums\n"
                           "Generating patched checksums\nDiffing objects\n";
const std::string k_module = k_diff + "vmlinux.o: changed function: cmdline_proc_show\n"
                                      "Building patch module: /mnt/kpb/output/livepatch-x.ko\n";
const std::string k_diff_failed = error("objtool klp diff failed") +
                                  error("line 758: '( cd \"$ORIG_CSUM_DIR\"; \"${cmd[@]}\" )'");

const std::vector<FailureCase>& patch_cases() {
  static const std::vector<FailureCase> cases = {
      {"klp-build-unsupported-file", k_input, "patch-001.patch", "arch/x86/entry/vdso/vma.c",
       k_validating +
           error("/mnt/kpb/input/patch-001.patch: unsupported patch to arch/x86/entry/vdso/vma.c")},
      {"klp-build-already-applied", k_input, "", "patch-001.patch",
       k_validating +
           "patching file fs/proc/cmdline.c\nReversed (or previously applied) patch detected!"
           "  Skipping patch.\n" +
           error("/mnt/kpb/input/patch-001.patch did not apply")},
      {"klp-build-does-not-apply", k_input, "patch-001.patch", "Hunk #1 FAILED at 12.",
       k_validating + "patching file fs/proc/cmdline.c\nHunk #1 FAILED at 12.\n" +
           error("/mnt/kpb/input/patch-001.patch did not apply")},
      {"klp-build-does-not-apply", k_input, "patch-002.patch", "exactly this kernel",
       k_patched + error("/mnt/kpb/tree/klp-tmp/0002-fixed-patch-002.patch did not apply")},
      {"klp-build-does-not-apply", k_input, "fs/proc/cmdline.c:12", "does not apply",
       k_validating + "error: patch failed: fs/proc/cmdline.c:12\n"
                      "error: fs/proc/cmdline.c: patch does not apply\n"},
      {"klp-build-inputs", k_tool, "patch-001.patch", "does not find",
       error("/mnt/kpb/input/patch-001.patch doesn't exist")},
      {"klp-build-options", k_tool, "", "--frobnicate",
       "klp-build: unrecognized option '--frobnicate'\n\nUsage: klp-build [OPTIONS] PATCH_FILE(s)\n",
       0},
      {"klp-build-options", k_tool, "", "option -- 'Z",
       "klp-build: invalid option -- 'Z'\n\nUsage: klp-build [OPTIONS] PATCH_FILE(s)\n", 0},
      {"klp-build-options", k_tool, "", "checksum", error("invalid short-circuit step 'checksum'")},
      {"klp-build-options", k_tool, "", ".ko", error("output filename should end with .ko")},
      {"klp-build-options", k_tool, "", "did not accept its command line",
       "Usage: klp-build [OPTIONS] PATCH_FILE(s)\nGenerate a livepatch module.\n"},
      {"klp-build-directory", k_tool, "", "tree",
       error("please run from the kernel root directory")},
      {"klp-build-not-primed", k_tool, "/mnt/kpb/tree/klp-tmp/1-orig", "not complete",
       error("-S 2 requires completed /mnt/kpb/tree/klp-tmp/1-orig")},
      {"klp-build-not-primed", k_tool, "", "original is missing",
       error("--short-circuit requires preserved klp-tmp dir")},
  };
  return cases;
}

const std::vector<FailureCase>& kernel_cases() {
  static const std::vector<FailureCase> cases = {
      {"klp-build-tool-missing", k_environment, "", "4.4",
       "error: this script requires bash 4.4+\n"},
      {"klp-build-tool-missing", k_environment, "", "package patchutils",
       error("recountdiff not found (install patchutils)")},
      {"klp-build-xxhash", k_environment, "", "libxxhash-dev",
       error(
           "objtool not built with KLP support; install xxhash-devel/libxxhash-dev (version >= 0.8) and "
           "recompile")},
      {"klp-build-tree", k_tool, "", "fix-patch-lines", error("can't find fix-patch-lines")},
      {"klp-build-config-mismatch", k_input, "", "not one of this source",
       error(".config mismatch, check your .config or run 'make olddefconfig'")},
      {"klp-build-no-config", k_input, "", "--config", error("no .config file in /mnt/kpb/tree")},
      {"klp-build-kernel-option", k_input, "", "without CONFIG_KLP_BUILD",
       error("CONFIG_KLP_BUILD not enabled")},
      {"klp-build-kernel-option", k_input, "", "with CONFIG_GCC_PLUGIN_RANDSTRUCT",
       error("kernel option 'CONFIG_GCC_PLUGIN_RANDSTRUCT' not supported")},
      {"klp-build-compiler", k_input, "", "clang",
       error("Clang assembler version < 20 not supported")},
      {"klp-build-tree", k_tool, "", "configuration cannot be applied",
       error("make syncconfig failed")},
      {"klp-build-tree", k_tool, "", "version", error("failed to get kernel version")},
      {"klp-build-tree", k_tool, "/mnt/kpb/tree/scripts/setlocalversion", "edits",
       error("no file to stash: /mnt/kpb/tree/scripts/setlocalversion")},
      {"klp-build-tree", k_tool, "", "did not make xfs.o for fs/xfs/xfs.ko",
       k_original + error("missing xfs.o for fs/xfs/xfs.ko")},
      {"klp-build-original", k_tool, "", "'weird: something'",
       k_original + "'weird: something'\n" + error("original kernel build failed")},
      {"klp-build-patched", k_tool, "", "odd last words",
       k_patched + "odd last words\n" + error("patched kernel build failed")},
  };
  return cases;
}

const std::vector<FailureCase>& object_cases() {
  static const std::vector<FailureCase> cases = {
      {"klp-build-no-changes", k_input, "", "changes no code",
       k_patched + "Copying patched object files\n" + error("no changes detected")},
      {"klp-build-data-changed", k_input, "vmlinux.o", "data saved_mode",
       k_diff + "vmlinux.o: error: objtool: changed data: saved_mode\n" + k_diff_failed},
      {"klp-build-static-branch", k_input, "fs/xfs/xfs.o", "static_key_enabled()",
       k_diff +
           "fs/xfs/xfs.o: error: objtool: xfs_read+0x1c: unsupported static branch key xfs_key.  Use "
           "static_key_enabled() instead\n" +
           k_diff_failed},
      {"klp-build-static-call", k_input, "arch/x86/kvm/kvm.o", "KLP_STATIC_CALL()",
       k_diff +
           "arch/x86/kvm/kvm.o: error: objtool: vcpu_run()+0x20: unsupported static call key "
           "__SCK__kvm_x86_run.  Use KLP_STATIC_CALL() instead\n" +
           k_diff_failed},
      {"klp-build-module-dependency", k_input, "", "xfs_log, which the module xfs exports",
       k_diff +
           "fs/ext4/ext4.o: error: objtool: xfs_log: new reference to xfs_log (exported by xfs) would "
           "create an undeclared module dependency\n" +
           k_diff_failed},
      {"klp-build-other-vmlinux", k_input, "", "saved_mode has another address",
       k_diff +
           "vmlinux.o: error: objtool: .klp.symids address mismatch for symbol saved_mode, stale "
           "orig vmlinux?\n" +
           k_diff_failed},
      {"klp-build-symbol-position", k_input, "", "saved_mode",
       k_diff + "vmlinux.o: error: objtool: can't find sympos for saved_mode\n" + k_diff_failed},
      {"klp-build-symbol-position", k_tool, "", "saved_mode",
       k_diff + "vmlinux.o: error: objtool: can't find symbol saved_mode in orig vmlinux\n" +
           k_diff_failed},
      {"klp-build-symvers", k_tool, "", "line 12",
       k_diff + "vmlinux.o: error: objtool: malformed Module.symvers (mod) at line 12\n" +
           k_diff_failed},
      {"klp-build-symvers", k_tool, "", "../Module.symvers",
       k_diff +
           "vmlinux.o: error: objtool: can't open '../Module.symvers', \"objtool diff\" should be run "
           "from the kernel tree\n" +
           k_diff_failed},
      {"klp-build-files-differ", k_input, "vmlinux.o", "new.c",
       k_diff + "vmlinux.o: error: objtool: FILE symbol mismatch: old.c != new.c\n" +
           k_diff_failed},
      {"klp-build-objtool", k_tool, "", "objtool: no correlation: once.13",
       k_diff + "vmlinux.o: warning: objtool: no correlation: once.13\n" + k_diff_failed},
      {"klp-build-objtool-crash", k_tool, "", "computing checksums",
       k_patched +
           "Generating original checksums\nscripts/livepatch/klp-build: line 695:  712 "
           "Segmentation fault      \"$OBJTOOL\" klp checksum \"$dest\"\n" +
           error("line 695: '\"$OBJTOOL\" klp checksum \"$dest\"'")},
      {"klp-build-objtool-crash", k_tool, "", "objtool crashed",
       k_module +
           "objtool: klp-post-link.c:60: fix: Assertion `sec' failed.\n"
           "scripts/livepatch/klp-build: line 901:  712 Aborted   \"$OBJTOOL\" klp post-link "
           "\"$kmod_file\"\n" +
           error("objtool klp post-link failed")},
      {"klp-build-objtool-crash", k_tool, "", "comparing the objects",
       k_diff +
           "scripts/livepatch/klp-build: line 751: 712 Segmentation fault  (core dumped) "
           "\"${cmd[@]}\" > >(tee -a \"$log\")\n" +
           k_diff_failed},
      {"klp-build-objtool", k_tool, "vmlinux.o", "no clone for saved_mode",
       k_diff + "vmlinux.o: error: objtool: no clone for saved_mode\n" + k_diff_failed},
      {"klp-build-objtool", k_tool, "livepatch-x.ko", "malformed",
       k_module + "livepatch-x.ko: error: objtool: malformed .klp.rela section\n" +
           error("objtool klp post-link failed")},
      {"klp-build-objtool", k_tool, "vmlinux.o", "elf_begin",
       k_diff +
           "vmlinux.o: error: objtool [elf.c:1200]: elf_open_read: elf_begin failed: invalid ELF\n" +
           k_diff_failed},
      {"klp-build-objtool", k_tool, "", "computing the sum",
       k_diff + error("objtool klp checksum failed: computing the sum")},
      {"klp-build-step", k_tool, "", "line 610", k_diff + error("line 610: 'cp -f \"$a\" \"$b\"'")},
      {"klp-build-step", k_tool, "", "something new", k_diff + error("something new")},
      {"klp-build-restore", k_tool, "scripts/setlocalversion", "could not restore",
       "warning: klp-build: can't restore file: scripts/setlocalversion\n"},
  };
  return cases;
}

} // namespace

TEST_CASE("klp-build: what is wrong with the patch or the call") {
  check_cases(Tool::klp_build, patch_cases());
}

TEST_CASE("klp-build: what is wrong with the kernel or the build root") {
  check_cases(Tool::klp_build, kernel_cases());
}

TEST_CASE("klp-build: what cannot be patched in an object, and crashes") {
  check_cases(Tool::klp_build, object_cases());
}

TEST_CASE("klp-build: every row of the table is reached") {
  std::vector<FailureCase> all = patch_cases();
  for (const auto* more : {&kernel_cases(), &object_cases()})
    all.insert(all.end(), more->begin(), more->end());
  check_all_rows_reached(Tool::klp_build, klp_build_rules(),
                         with_field_failures(Tool::klp_build, all));
}
