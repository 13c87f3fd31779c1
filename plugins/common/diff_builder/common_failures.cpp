// SPDX-License-Identifier: GPL-2.0-only
//
// What goes wrong below a builder, whichever it is: disk, memory, compiler, linker, modpost, make. The
// same compiler error is the patch's fault in the patched source only, hence the stages.
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

    // What the build root lacks.
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

    // The linker and modpost.
    {Rank::cause, k_input, "build-undefined-reference", "undefined reference to `{symbol}'", "",
     "the patched code uses {symbol}, which nothing defines", "", k_compile_hint,
     "undefined reference", Stage::patched},
    {Rank::cause, k_input, "build-undefined-reference", "undefined symbol: {symbol}", "",
     "the patched code uses {symbol}, which nothing defines", "", k_compile_hint,
     "undefined symbol", Stage::patched},
    {Rank::cause, k_input, "build-multiple-definition", "multiple definition of `{symbol}'", "",
     "the patched code defines {symbol}, which already exists in the kernel", "", k_compile_hint,
     "multiple definition", Stage::patched},
    {Rank::likely, k_tool, "build-original-does-not-link", "undefined reference to `{symbol}'", "",
     "the kernel's own source does not link: {symbol} is missing", "", k_original_hint,
     "undefined reference", Stage::original},
    {Rank::likely,
     k_input,
     "build-undefined-symbol",
     "ERROR: modpost: \"{symbol}\" [{module}] undefined!",
     "",
     "the patch's module uses {symbol}, which the kernel does not export",
     "",
     "use what the kernel exports, or what is in the patched objects themselves",
     {},
     Stage::module},
    {Rank::likely, k_input, "build-symbol-namespace",
     "ERROR: modpost: module {module} uses symbol {symbol} from namespace {namespace},", "",
     "the patched code uses {symbol} of the namespace {namespace}", "",
     "add MODULE_IMPORT_NS(\"{namespace}\") to a source that the patch changes"},
    {Rank::likely,
     k_tool,
     "build-original-does-not-link",
     "ERROR: modpost: \"{symbol}\" [{module}] undefined!",
     "{module}",
     "the kernel's own modules do not link: {symbol} is missing",
     "",
     k_original_hint,
     {},
     Stage::original},

    // The kernel's objtool while it compiles.
    {Rank::likely,
     k_input,
     "build-objtool",
     "{object}: error: objtool: {what...}",
     "{object}",
     "the kernel's objtool refuses the patched object",
     "{what}",
     "check the function that it names for unusual control flow or inline assembly",
     {},
     Stage::patched},
    {Rank::cause, k_tool, "build-tool-crash", "*** [{rule}: {target}] Segmentation fault",
     "{target}", "a program of the kernel's build crashed {step}", "", k_newer_compiler_hint,
     "Segmentation fault"},
    {Rank::cause, k_tool, "build-tool-crash", "*** [{rule}: {target}] Aborted", "{target}",
     "a program of the kernel's build crashed {step}", "", k_newer_compiler_hint,
     "Aborted|Assertion"},
    {Rank::cause, k_tool, "build-tool-crash", "*** [{rule}: {target}] Error 139", "{target}",
     "a program of the kernel's build crashed {step}", "", k_newer_compiler_hint,
     "Segmentation fault"},

    {Rank::generic, k_tool, "build-make", "*** [{rule}: {target}] {how...}", "{target}",
     "make failed {step}", "{how}", "", "$"},
    {Rank::generic, k_tool, "build-make", "*** [{target}] {how...}", "{target}",
     "make failed {step}", "{how}", "", "$"},
    {Rank::generic, k_tool, "build-make", "make: *** {how...}", "", "make failed {step}", "{how}",
     "", "$"},
};

} // namespace

const std::vector<Rule>& common_rules() { return k_rules; }

} // namespace kpb::builders
