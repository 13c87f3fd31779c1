// SPDX-License-Identifier: GPL-2.0-only
//
// What goes wrong below a builder, whichever it is: disk, memory, patch, compiler, make. The same compiler
// error is the patch's fault in the patched source only, hence the stages. Linkers and what comes after them
// are in link_failures.cpp.
#include "rule.hpp"

namespace kpb::builders {
namespace {

constexpr auto k_input = sdk::Fault::input;
constexpr auto k_tool = sdk::Fault::tool;
constexpr auto k_environment = sdk::Fault::environment;

constexpr std::string_view k_space_hint =
    "free disk space in kpb's store (--store DIR, kpb kernel list); a complete kernel "
    "with debug information needs 15 to 25 GB";
constexpr std::string_view k_memory_hint =
    "give the build more memory, or fewer jobs: -j N (see dmesg)";
constexpr std::string_view k_root_hint =
    "install what this kernel's build needs in the build root (apt-get build-dep linux, dnf builddep "
    "kernel)";
constexpr std::string_view k_compile_hint =
    "the patch may depend on an earlier patch, or be made for another version";
constexpr std::string_view k_original_hint =
    "the source, its configuration and the build root's compiler must be those of one kernel build";
constexpr std::string_view k_key_hint =
    "only the distribution has this file: clear the option in the configuration "
    "(CONFIG_SYSTEM_TRUSTED_KEYS, CONFIG_SYSTEM_REVOCATION_KEYS, CONFIG_MODULE_SIG_KEY)";
constexpr std::string_view k_newer_compiler_hint =
    "this is a compiler bug: build again; if it fails again, use the kernel's own "
    "compiler version";

constexpr std::string_view k_log_hint =
    "kpb does not know why: look for the first error in the whole log";
constexpr std::string_view k_damaged_hint =
    "take the patch from git again, or correct the numbers with recountdiff";

const std::vector<Rule> k_rules = {
    {Rank::environment, k_environment, "build-no-space", ": No space left on device", "",
     "there is no space left on the disk", "", k_space_hint, "No space left on device"},
    {Rank::environment, k_environment, "build-no-space", ": Disk quota exceeded", "",
     "the disk quota is used up", "", k_space_hint, "Disk quota exceeded"},
    {Rank::likely, k_environment, "build-read-only", ": Read-only file system", "",
     "the build writes to a read-only place", "", "", "Read-only file system"},
    {Rank::environment, k_environment, "build-no-memory", ": Cannot allocate memory", "",
     "there is not enough memory {step}", "", k_memory_hint, "Cannot allocate memory"},
    {Rank::environment, k_environment, "build-no-memory", "memory exhausted", "",
     "there is not enough memory {step}", "", k_memory_hint, "memory exhausted"},
    {Rank::environment, k_environment, "build-no-memory",
     "Killed signal terminated program {program}", "", "the compiler ({program}) was killed {step}",
     "the kernel kills programs that need too much memory", k_memory_hint},
    {Rank::environment, k_environment, "build-no-memory", "*** [{rule}: {target}] Killed",
     "{target}", "a program of the build was killed {step}",
     "the kernel kills programs that need too much memory", k_memory_hint},
    {Rank::environment, k_environment, "build-no-memory", "*** [{rule}: {target}] Error 137",
     "{target}", "a program of the build was killed {step}",
     "the kernel kills programs that need too much memory", k_memory_hint},
    {Rank::environment, k_environment, "build-no-memory",
     ": line {line}: {number} Killed {command...}", "",
     "a program of the builder was killed {step}",
     "the kernel kills programs that need too much memory", k_memory_hint, " Killed "},

    {Rank::environment, k_environment, "build-no-memory", "out of memory allocating {number} bytes",
     "", "there is not enough memory {step}", "", k_memory_hint, "out of memory"},
    // gcc before 10 calls it an internal error.
    {Rank::environment, k_environment, "build-no-memory",
     "internal compiler error: Killed (program {program})", "",
     "the compiler ({program}) was killed {step}",
     "the kernel kills programs that need too much memory", k_memory_hint},

    // The patch itself.
    {Rank::cause, k_input, "build-patch-damaged", "malformed patch at line {number}:", "",
     "the patch is damaged at its line {number}",
     "the numbers of a hunk do not match its lines, as when a mail program wraps them",
     k_damaged_hint, "malformed patch"},
    {Rank::cause, k_input, "build-patch-damaged", "corrupt patch at line {number}", "",
     "the patch is damaged at its line {number}",
     "the numbers of a hunk do not match its lines, as when a mail program wraps them",
     k_damaged_hint},

    // What the build root lacks.
    {Rank::cause, k_environment, "build-gcc-plugin", "incompatible gcc/plugin versions", "",
     "the kernel's gcc plugins were built by another gcc than the one that compiles now", "",
     "use a build root with the kernel's own gcc, or prepare the kernel again: kpb kernel add",
     "plugin"},
    {Rank::cause, k_environment, "build-compiler-unfit", "*** Compiler lacks {what...}.", "",
     "the compiler of the build root cannot compile this kernel: it lacks {what}",
     "it is too old, another one than the kernel's, or a wrapper that breaks it",
     "use a build root with the kernel's own compiler: --root DIR"},
    {Rank::cause,
     k_environment,
     "build-header-missing",
     "{place}: fatal error: {header}: No such file or directory",
     "{place}",
     "a header is missing: {header}",
     "",
     k_root_hint,
     {},
     Stage::original},
    {Rank::cause, k_environment, "build-tool-missing", "pahole ({program}) is not available", "",
     "a program of the kernel's build is missing {step}", "", k_root_hint, "is not available"},
    {Rank::likely, k_environment, "build-tool-missing", "please install {package...}", "",
     "the kernel's build needs {package}", "", k_root_hint},
    {Rank::likely, k_environment, "build-tool-missing", "{program}: command not found", "",
     "the build root has no {program}", "", k_root_hint, "command not found"},
    {Rank::cause, k_input, "build-tree-incomplete", "resolve_btfids: not found", "",
     "the kernel's tree is not built completely: it lacks tools/bpf/resolve_btfids",
     "it is a package of headers rather than the whole source",
     "prepare the kernel from its whole source: --source"},
    {Rank::likely, k_environment, "build-tool-missing", "/bin/sh: 1: {program}: not found", "",
     "the build root has no {program}", "", k_root_hint},
    {Rank::likely, k_environment, "build-tool-missing",
     "make: {program}: No such file or directory", "", "the build root has no {program}", "",
     k_root_hint},
    {Rank::likely, k_environment, "build-tool-missing",
     "make[{number}]: {program}: No such file or directory", "", "the build root has no {program}",
     "", k_root_hint},
    {Rank::likely, k_environment, "build-no-permission", "{file...}: Permission denied", "",
     "the build has no permission for a file {step}", "{file}", "", "Permission denied"},

    // The kernel's tree and configuration.
    {Rank::cause, k_input, "build-key-missing",
     "No rule to make target '{file}.pem', needed by '{target}'", "",
     "the configuration names a missing key or certificate: {file}.pem", "", k_key_hint},
    {Rank::cause, k_input, "build-tree-not-clean", "The source tree is not clean", "",
     "the kernel's source tree has been built in", "", "give a pristine source: make mrproper"},
    {Rank::cause, k_input, "build-config-incomplete", "Console input/output is redirected", "",
     "the configuration lacks options of this source", "",
     "give the configuration that belongs to this source", "(NEW)"},
    {Rank::cause, k_tool, "build-no-rule", "No rule to make target '{file}', needed by '{target}'",
     "{target}", "the kernel's build does not know how to make {file}", "",
     "a new file needs its line in a Makefile, and a removed one must leave it"},
    {Rank::cause, k_tool, "build-no-rule", "No rule to make target '{file}'.  Stop", "",
     "the kernel's build does not know how to make {file}", "", k_original_hint},

    // The compiler. The patch is to blame for the patched source only.
    {Rank::cause, k_tool, "build-compiler-crash", "{place}: internal compiler error: {what...}",
     "{place}", "the compiler crashed", "{what}", k_newer_compiler_hint},
    {Rank::cause, k_tool, "build-compiler-crash", "internal compiler error: {what...}", "",
     "the compiler crashed {step}", "{what}", k_newer_compiler_hint},
    {Rank::cause,
     k_input,
     "build-does-not-compile",
     "{place}: error: {what...}",
     "{place}",
     "the patched source does not compile",
     "{what}",
     k_compile_hint,
     {},
     Stage::patched},
    {Rank::cause,
     k_input,
     "build-does-not-compile",
     "{place}: fatal error: {what...}",
     "{place}",
     "the patched source does not compile",
     "{what}",
     k_compile_hint,
     {},
     Stage::patched},
    {Rank::cause,
     k_input,
     "build-does-not-compile",
     "{place}: Error: {what...}",
     "{place}",
     "the patched source does not assemble",
     "{what}",
     k_compile_hint,
     {},
     Stage::patched},
    {Rank::cause,
     k_tool,
     "build-original-does-not-compile",
     "{place}: error: {what...}",
     "{place}",
     "the kernel's own source does not compile",
     "{what}",
     k_original_hint,
     {},
     Stage::original},
    {Rank::cause,
     k_tool,
     "build-original-does-not-compile",
     "{place}: fatal error: {what...}",
     "{place}",
     "the kernel's own source does not compile",
     "{what}",
     k_original_hint,
     {},
     Stage::original},
    {Rank::cause,
     k_tool,
     "build-original-does-not-compile",
     "{place}: Error: {what...}",
     "{place}",
     "the kernel's own source does not assemble",
     "{what}",
     k_original_hint,
     {},
     Stage::original},
    {Rank::likely, k_tool, "build-does-not-compile", "{place}: error: {what...}", "{place}",
     "a source does not compile {step}", "{what}", ""},

    {Rank::generic, k_tool, "build-make", "*** [{rule}: {target}] {how...}", "{target}",
     "make failed {step}", "{how}", k_log_hint, "$"},
    {Rank::generic, k_tool, "build-make", "*** [{target}] {how...}", "{target}",
     "make failed {step}", "{how}", k_log_hint, "$"},
    {Rank::generic, k_tool, "build-make", "make: *** {how...}", "", "make failed {step}", "{how}",
     k_log_hint, "$"},
};

} // namespace

const std::vector<Rule>& compile_rules() { return k_rules; }

} // namespace kpb::builders
