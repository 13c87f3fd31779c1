// SPDX-License-Identifier: GPL-2.0-only
//
// What goes wrong below a builder after compiling, whichever it is: linker, BTF, modpost, the kernel's objtool. Where
// the kernel's own source fails the patch is not at fault: rows that know that kernel and toolchain do not fit say so
// of the input, the others of the tool.
#include "rule.hpp"

namespace kpb::builders {
namespace {

constexpr auto k_input = sdk::Fault::input;
constexpr auto k_tool = sdk::Fault::tool;
constexpr auto k_environment = sdk::Fault::environment;

constexpr std::string_view k_compile_hint =
    "the patch may depend on an earlier patch, or be made for another version";
constexpr std::string_view k_original_hint =
    "the source, its configuration and the build root's compiler must be those of one kernel build";
constexpr std::string_view k_newer_compiler_hint =
    "this is a compiler bug: build again; if it fails again, use the kernel's own "
    "compiler version";
constexpr std::string_view k_toolchain_hint =
    "use a build root with the compiler, assembler and linker that built the kernel (--root DIR), and the "
    "kernel's own configuration";
constexpr std::string_view k_pahole_hint =
    "install the pahole (package dwarves) that built the kernel, or a newer one, in the build root";
constexpr std::string_view k_btf_lines = "BTF|pahole|DW_TAG_|btf_";

const std::vector<Rule> k_rules = {
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

    {Rank::cause, k_tool, "build-link-layout", "final link failed: File truncated", "",
     "the linker cannot lay out the kernel, compiled with a section for each function",
     "the kernel's linker script and this toolchain disagree", k_toolchain_hint,
     "dot moved backwards|final link failed"},
    {Rank::cause,
     k_input,
     "build-link-layout",
     "relocation truncated to fit: {what...}",
     "",
     "the kernel's own source does not link with this toolchain",
     "{what}",
     k_toolchain_hint,
     {},
     Stage::original},
    {Rank::likely, k_tool, "build-object-format", "{file}: file not recognized: {what...}",
     "{file}", "the linker cannot read this file", "{what}",
     "look in the whole log for what made it; a step before may have failed"},
    {Rank::cause, k_input, "build-kallsyms", "Inconsistent kallsyms data", "",
     "the kernel's table of symbols does not settle while it is linked",
     "kernel and toolchain do not fit; the patch is not at fault",
     "build with KALLSYMS_EXTRA_PASS=1, and with the toolchain that built the kernel"},
    {Rank::cause, k_input, "build-kallsyms", "kallsyms failure: {what...}", "",
     "the kernel's table of symbols cannot be made", "{what}", k_toolchain_hint},
    {Rank::cause,
     k_input,
     "build-module-license",
     "modpost: missing MODULE_LICENSE() in {object}",
     "{object}",
     "a module of the kernel's own source has no license",
     "the configuration is none that the kernel's makers build",
     "give the target's own configuration",
     {},
     Stage::original},
    {Rank::cause, k_environment, "build-signing-key",
     "sign-file: {file}: No such file or directory", "",
     "the key that is to sign the module does not exist: {file}", "",
     "give kpb the key and certificate (--sign-file, --sign-key, --sign-cert), or let nothing sign here"},

    // BTF. pahole reads the compiler's debug information; what it cannot read is a matter of versions.
    {Rank::cause, k_environment, "build-btf", "btf__dedup failed", "",
     "pahole cannot make the kernel's BTF", "{step}", k_pahole_hint, k_btf_lines},
    {Rank::cause, k_environment, "build-btf", "rror while encoding BTF", "",
     "pahole cannot make the kernel's BTF", "{step}", k_pahole_hint, k_btf_lines},
    {Rank::cause, k_environment, "build-btf", "pahole: {file}: {what...}", "",
     "pahole cannot make the kernel's BTF from {file}", "{what}", k_pahole_hint, k_btf_lines},
    {Rank::likely, k_environment, "build-btf", "FAILED: load BTF from {file}: {what...}", "",
     "the BTF of {file} cannot be read", "{what}", k_pahole_hint, k_btf_lines},
    {Rank::cause, k_input, "build-btf-symbol", "FAILED unresolved symbol {symbol}", "",
     "the kernel's BTF does not describe {symbol}, which its source names for BPF",
     "source, configuration and pahole do not fit, or the patch removed the function",
     "use the pahole and compiler that built the kernel; keep the function, if the patch removes it"},

    // The kernel's objtool while it compiles.
    {Rank::cause,
     k_input,
     "build-noinstr",
     "{function}: call to {called} leaves .noinstr.text section",
     "{object}",
     "{function} may not be traced (noinstr), and now calls {called}, which may be",
     "such functions cannot be live-patched either",
     "leave noinstr code out of the patch, or make what it calls __always_inline",
     {},
     Stage::patched},
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
    {Rank::likely,
     k_input,
     "build-original-objtool",
     "{object}: error: objtool: {what...}",
     "{object}",
     "the kernel's own source does not pass its objtool",
     "{what}",
     k_toolchain_hint,
     {},
     Stage::original},
    {Rank::likely, k_input, "build-original-objtool",
     "warning: objtool: {function}: can't find jump dest instruction", "{object}",
     "the kernel's objtool does not understand what the compiler made of {function}", "",
     k_toolchain_hint, "objtool: ", Stage::original},
    {Rank::likely,
     k_input,
     "build-original-objtool",
     "warning: objtool: missing symbol table",
     "{object}",
     "the assembler leaves out a symbol table that the kernel's objtool wants",
     "it is newer than the kernel",
     k_toolchain_hint,
     {},
     Stage::original},
    {Rank::cause, k_tool, "build-tool-crash", "*** [{rule}: {target}] Segmentation fault",
     "{target}", "a program of the kernel's build crashed {step}", "", k_newer_compiler_hint,
     "Segmentation fault"},
    {Rank::cause, k_tool, "build-tool-crash", "*** [{rule}: {target}] Aborted", "{target}",
     "a program of the kernel's build crashed {step}", "", k_newer_compiler_hint,
     "Aborted|Assertion"},
    {Rank::cause, k_tool, "build-tool-crash", "*** [{rule}: {target}] Error 139", "{target}",
     "a program of the kernel's build crashed {step}", "", k_newer_compiler_hint,
     "Segmentation fault"},
};

} // namespace

const std::vector<Rule>& link_rules() { return k_rules; }

} // namespace kpb::builders
