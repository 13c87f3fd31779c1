// SPDX-License-Identifier: GPL-2.0-only
//
// Failures below a builder, with log lines as compilers, linkers and make print them.
#include "field_failures.hpp"

namespace {

using namespace kpb::builders;

constexpr auto k_tool = kpb::sdk::Fault::tool;
constexpr auto k_input = kpb::sdk::Fault::input;
constexpr auto k_environment = kpb::sdk::Fault::environment;

const std::string k_original =
    "Using source directory at /mnt/kpb/tree\nBuilding original source\n";
const std::string k_patched = k_original + "Building patched source\n";
const std::string k_module = k_patched + "Building patch module: livepatch-x.ko\n";
const std::string k_end = "make[2]: *** [scripts/Makefile.build:229: fs/proc/cmdline.o] Error 1\n"
                          "make: *** [Makefile:236: __sub-make] Error 2\n"
                          "ERROR: kpatch build failed. Check /x/build.log for more details.\n";

const std::vector<FailureCase>& machine_cases() {
  static const std::vector<FailureCase> cases = {
      {"build-no-space", k_environment, "", "15 to 25 GB",
       k_original + "fs/xfs/xfs.o: final close failed: No space left on device\n" + k_end},
      {"build-no-space", k_environment, "", "quota",
       k_original + "cp: error writing 'vmlinux': Disk quota exceeded\n" + k_end},
      {"build-read-only", k_environment, "", "touch: cannot touch '/usr/x'",
       k_original + "touch: cannot touch '/usr/x': Read-only file system\n" + k_end},
      {"build-no-memory", k_environment, "", "compiling the patched source",
       k_patched + "cc1: out of memory\nld: fork: Cannot allocate memory\n" + k_end},
      {"build-no-memory", k_environment, "", "jobs",
       k_patched + "virtual memory exhausted: Cannot allocate memory\n" + k_end},
      {"build-no-memory", k_environment, "", "the compiler (cc1)",
       k_patched +
           "gcc: fatal error: Killed signal terminated program cc1\ncompilation terminated.\n" +
           k_end},
      {"build-no-memory", k_environment, "vmlinux.o", "killed",
       k_patched + "make[2]: *** [scripts/Makefile.vmlinux_o:72: vmlinux.o] Killed\n" + k_end},
      {"build-no-memory", k_environment, "vmlinux.o", "killed",
       k_patched + "make[2]: *** [scripts/Makefile.vmlinux_o:72: vmlinux.o] Error 137\n" + k_end},
      {"build-no-memory", k_environment, "", "create-diff-object",
       k_patched + "/usr/bin/kpatch-build: line 1480:  4152 Killed    "
                   "\"$TOOLSDIR\"/create-diff-object\nERROR: 1 error(s) encountered.\n"},
      {"build-header-missing", k_environment, "scripts/sign-file.c:25:10", "openssl/opensslv.h",
       k_original +
           "scripts/sign-file.c:25:10: fatal error: openssl/opensslv.h: No such file or "
           "directory\n" +
           k_end},
      {"build-tool-missing", k_environment, "", "pahole (pahole) is not available",
       k_original + "BTF: .tmp_vmlinux1: pahole (pahole) is not available\n" + k_end},
      {"build-tool-missing", k_environment, "", "needs libelf-dev, libelf-devel",
       k_original +
           "error: Cannot generate ORC metadata for CONFIG_UNWINDER_ORC=y, please install "
           "libelf-dev, libelf-devel or elfutils-libelf-devel\n" +
           k_end},
      {"build-tool-missing", k_environment, "", "no bc",
       k_original + "/bin/sh: line 1: bc: command not found\n" + k_end},
      {"build-tool-missing", k_environment, "", "no flex",
       k_original + "/bin/sh: 1: flex: not found\n" + k_end},
      {"build-tool-missing", k_environment, "", "no gcc",
       k_original + "make: gcc: No such file or directory\n" + k_end},
      {"build-tool-missing", k_environment, "", "no bison",
       k_original + "make[1]: bison: No such file or directory\n" + k_end},
      {"build-no-permission", k_environment, "", "scripts/ld-version.sh",
       k_original + "/bin/sh: 1: ./scripts/ld-version.sh: Permission denied\n" + k_end},
      {"build-make", k_tool, "fs/proc/cmdline.o", "compiling the original", k_original + k_end},
      {"build-make", k_tool, "fs/proc/cmdline.o", "Error 1",
       k_original + "make[2]: *** [fs/proc/cmdline.o] Error 1\n"},
      {"build-make", k_tool, "", "Waiting",
       k_original + "make: *** Waiting for unfinished jobs....\n"},
  };
  return cases;
}

const std::vector<FailureCase>& source_cases() {
  static const std::vector<FailureCase> cases = {
      {"build-key-missing", k_input, "", "debian/certs/debian-uefi-certs.pem",
       k_original +
           "make[3]: *** No rule to make target 'debian/certs/debian-uefi-certs.pem', needed by "
           "'certs/x509_certificate_list'.  Stop.\n" +
           k_end},
      {"build-tree-not-clean", k_input, "", "mrproper",
       k_original + "***\n*** The source tree is not clean, please run 'make mrproper'\n***\n" +
           k_end},
      {"build-config-incomplete", k_input, "", "Some driver (FOO) [N/m/y/?] (NEW)",
       k_original +
           "Some driver (FOO) [N/m/y/?] (NEW) aborted!\n\nConsole input/output is redirected. Run "
           "'make oldconfig' to update configuration.\n" +
           k_end},
      {"build-no-rule", k_tool, "fs/proc/built-in.a", "fs/proc/gone.o",
       k_patched +
           "make[4]: *** No rule to make target 'fs/proc/gone.o', needed by "
           "'fs/proc/built-in.a'.  Stop.\n" +
           k_end},
      {"build-no-rule", k_tool, "", "arch/x8/Makefile",
       k_original + "make: *** No rule to make target 'arch/x8/Makefile'.  Stop.\n"},
      {"build-compiler-crash", k_tool, "mm/slub.c:12:3", "in expand_expr",
       k_patched + "mm/slub.c:12:3: internal compiler error: in expand_expr, at expr.c:1\n" +
           k_end},
      {"build-compiler-crash", k_tool, "", "program cc1",
       k_patched +
           "gcc: internal compiler error: Segmentation fault signal terminated program cc1\n" +
           k_end},
      {"build-does-not-compile", k_input, "fs/proc/cmdline.c:13:9", "implicit declaration",
       k_patched +
           "fs/proc/cmdline.c: In function 'cmdline_proc_show':\n"
           "fs/proc/cmdline.c:13:9: error: implicit declaration of function 'seq_put' "
           "[-Werror=implicit-function-declaration]\n"
           "   13 |         seq_put(m, 1);\n" +
           k_end},
      {"build-does-not-compile", k_input, "fs/proc/cmdline.c:2:10", "linux/none.h",
       k_patched +
           "fs/proc/cmdline.c:2:10: fatal error: linux/none.h: No such file or directory\n" +
           k_end},
      {"build-does-not-compile", k_input, "arch/x86/kernel/x.c:77", "no such instruction",
       k_patched + "arch/x86/kernel/x.c:77: Error: no such instruction: `frob %rax'\n" + k_end},
      {"build-original-does-not-compile", k_tool, "fs/proc/cmdline.c:13:9", "one kernel build",
       k_original + "fs/proc/cmdline.c:13:9: error: unknown type name 'strange'\n" + k_end},
      {"build-original-does-not-compile", k_tool, "fs/proc/cmdline.c:13:9", "stopped",
       k_original + "fs/proc/cmdline.c:13:9: fatal error: stopped\n" + k_end},
      {"build-original-does-not-compile", k_tool, "kernel/a.c:7", "bad register",
       k_original + "kernel/a.c:7: Error: bad register name `%rzz'\n" + k_end},
      {"build-does-not-compile", k_tool, "/mnt/kpb/cache/tmp/patch/livepatch-patch-hook.c:3:1",
       "module",
       k_module +
           "/mnt/kpb/cache/tmp/patch/livepatch-patch-hook.c:3:1: error: unknown type name 'x'\n" +
           k_end},
      {"build-undefined-reference", k_input, "", "uses missing_one",
       k_patched +
           "ld: vmlinux.o: in function `cmdline_proc_show':\ncmdline.c:(.text.cmdline_proc_show+0x8)"
           ": undefined reference to `missing_one'\n" +
           k_end},
      {"build-undefined-reference", k_input, "", "uses missing_one",
       k_patched +
           "ld.lld: error: undefined symbol: missing_one\n>>> referenced by cmdline.c:13\n" +
           k_end},
      {"build-multiple-definition", k_input, "", "saved_mode",
       k_patched +
           "ld: fs/a.o:(.bss.saved_mode+0x0): multiple definition of `saved_mode'; fs/b.o: first "
           "defined here\n" +
           k_end},
      {"build-original-does-not-link", k_tool, "", "missing_one",
       k_original + "ld: x.c:(.text+0x8): undefined reference to `missing_one'\n" + k_end},
      {"build-original-does-not-link", k_tool, "fs/xfs/xfs.ko", "missing_one",
       k_original + "ERROR: modpost: \"missing_one\" [fs/xfs/xfs.ko] undefined!\n" + k_end},
      {"build-undefined-symbol", k_input, "", "does not export",
       k_module +
           "ERROR: modpost: \"hidden_one\" [/mnt/kpb/cache/tmp/patch/livepatch-x.ko] undefined!\n" +
           k_end},
      {"build-symbol-namespace", k_input, "", "MODULE_IMPORT_NS(\"DMA_BUF\")",
       k_module +
           "ERROR: modpost: module livepatch-x uses symbol dma_buf_get from namespace DMA_BUF, but "
           "does not import it.\n" +
           k_end},
      {"build-objtool", k_input, "fs/proc/cmdline.o", "unreachable instruction",
       k_patched +
           "fs/proc/cmdline.o: error: objtool: cmdline_proc_show+0x4: unreachable instruction\n" +
           k_end},
      {"build-patch-damaged", k_input, "", "line 12",
       k_original + "error: corrupt patch at line 12\n" + k_end},
      {"build-object-format", k_tool, "fs/a.o", "truncated",
       k_original + "ld: fs/a.o: file not recognized: file truncated\n" + k_end},
      {"build-noinstr", k_input, "vmlinux.o", "calls show()",
       k_patched +
           "vmlinux.o: error: objtool: f+0x13: call to show() leaves .noinstr.text section\n" +
           k_end},
      {"build-original-objtool", k_input, "fs/a.o", "unreachable",
       k_original + "fs/a.o: error: objtool: f+0x4: unreachable instruction\n" + k_end},
      {"build-tool-crash", k_tool, "fs/proc/cmdline.o",
       "crashed while compiling the patched source",
       k_patched +
           "/bin/sh: line 1:  712 Segmentation fault      ./tools/objtool/objtool --orc\n"
           "make[3]: *** [scripts/Makefile.build:229: fs/proc/cmdline.o] Error 139\n" +
           k_end},
      {"build-tool-crash", k_tool, "vmlinux", "crashed",
       k_original +
           "make[2]: *** [scripts/Makefile.vmlinux:34: vmlinux] Segmentation fault (core dumped)\n"},
      {"build-tool-crash", k_tool, "vmlinux", "crashed",
       k_original + "make[2]: *** [scripts/Makefile.vmlinux:34: vmlinux] Aborted (core dumped)\n"},
  };
  return cases;
}

} // namespace

TEST_CASE("builds: what the machine or the build root lacks") {
  check_cases(Tool::kpatch_build, machine_cases());
}

TEST_CASE("builds: what is wrong with a source") {
  check_cases(Tool::kpatch_build, source_cases());
}

TEST_CASE("builds: every common row is reached") {
  std::vector<FailureCase> all = machine_cases();
  all.insert(all.end(), source_cases().begin(), source_cases().end());
  check_all_rows_reached(Tool::kpatch_build, common_rules(),
                         with_field_failures(Tool::kpatch_build, all));
}
