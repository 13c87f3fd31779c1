// SPDX-License-Identifier: GPL-2.0-only
//
// What kpatch-build's create-diff-object and create-klp-module report. The same words mean the patch's fault or the
// tool's, by the kind of section or symbol in them (name_kinds.hpp): so rows name the kinds that they are for.
//
// create-diff-object says "ERROR: OBJECT: FUNCTION: LINE: ..." (its own function and line) for what it did not
// expect, and "ERROR: OBJECT: ..." for what cannot be patched. What it says per section and per function is
// "OBJECT: ..." up to 0.9.10 and "ERROR: ..." without the object from 0.9.11 on: these patterns begin behind both.
#include "rule.hpp"

namespace kpb::builders {
namespace {

constexpr auto k_input = sdk::Fault::input;
constexpr auto k_tool = sdk::Fault::tool;

constexpr std::string_view k_state_hint =
    "a live patch cannot replace data that is in use: change it from a callback "
    "(KPATCH_PRE_PATCH_CALLBACK()), or put new fields into a shadow variable "
    "(klp_shadow_alloc())";
constexpr std::string_view k_inputs_hint =
    "give kpb the source, configuration and vmlinux of exactly one kernel build, and the compiler "
    "that built it (kpb kernel add)";
constexpr std::string_view k_rewrite_hint =
    "change the patch so that this variable keeps its place and its uses: see \"static "
    "local variables\" in kpatch's patch author guide";
constexpr std::string_view k_header_hint =
    "a changed header reaches code that no live patch can replace: put the change into the .c files "
    "that need it, or keep the part of the header that this code includes";
constexpr std::string_view k_init_hint =
    "leave the __init code out of the patch, and change the result of its work from a callback; if the "
    "patch touches none, a macro or header does, or a smaller patch keeps the compiler's order";
constexpr std::string_view k_placed_hint =
    "change its callers instead, or use klp-build, which compares code in any section; where the patch does "
    "not touch such code, KPATCH_IGNORE_SECTION(\"{section}\")";
constexpr std::string_view k_again_hint =
    "prepare the kernel again, so that the same objtool finishes both; then {newer}";
constexpr std::string_view k_pair_hint =
    "keep the order of static variables (add new ones behind the old ones) and a function's parameters, "
    "change less, or mark the function noinline; or {newer}";
constexpr std::string_view k_entry_why =
    "it is __init, notrace or noinstr, its file is compiled without ftrace, or it is an inline function that "
    "the compiler now leaves out of line; if every function is told so, the kernel has no "
    "CONFIG_FUNCTION_TRACER";
constexpr std::string_view k_entry_hint =
    "change its callers instead, or leave it out; where the patch does not touch it, change less, or make it "
    "__always_inline";
constexpr std::string_view k_sibling_hint =
    "put __attribute__((optimize(\"-fno-optimize-sibling-calls\"))) before the functions";
constexpr std::string_view k_crash_hint =
    "this is a bug in kpatch-build, not in the patch: try a newer kpatch-build, "
    "klp-build (Linux 7.2 and newer), or a patch that changes fewer functions";
constexpr std::string_view k_unknown_hint =
    "kpb does not know why: look for the first error in the whole log; try a newer kpatch-build, klp-build "
    "(Linux 7.2 and newer), or a patch that changes fewer functions";
constexpr std::string_view k_unpatchable = "kpatch-build-unpatchable-function";

const std::vector<Rule> k_rules = {
    // Objects that are none of the kernel's.
    {Rank::origin, k_input, "kpatch-build-outside-kernel",
     "{object:vdso|boot}: changed section {section} not selected for inclusion", "{object}",
     "a header that the patch changes reaches code that is no part of the running kernel",
     "the vDSO runs in user space, boot code before the kernel", k_header_hint},
    {Rank::origin, k_input, "kpatch-build-outside-kernel",
     "ERROR: {object:vdso|boot}: {number} unsupported section change(s)", "{object}",
     "a header that the patch changes reaches code that is no part of the running kernel",
     "the vDSO runs in user space, boot code before the kernel", k_header_hint, "changed section"},
    {Rank::cause, k_tool, "kpatch-build-object-kind",
     "ERROR: {object:carrier}: {function}: {number}: FILE symbol not found in base", "{object}",
     "kpatch-build compares an object that only carries another program",
     "it has no source file of its own", "{newer}"},
    {Rank::cause, k_input, "kpatch-build-lto",
     "create-diff-object: ERROR: {object}: kpatch_elf_open: {number}: gelf_getehdr", "{object}",
     "the compiled object is not an ELF file",
     "clang's link-time optimisation (CONFIG_LTO_CLANG) makes LLVM bitcode", "{newer}",
     "CONFIG_LTO_CLANG", Stage::other, "lto"},

    // Sections that changed, and what a live patch cannot carry.
    {Rank::cause, k_input, "kpatch-build-data-changed",
     "changed section {section:data} not selected for inclusion", "{object}",
     "the patch changes data: {section}", "", k_state_hint},
    {Rank::cause, k_input, "kpatch-build-data-changed",
     "data section {section:data|init-data} selected for inclusion", "{object}",
     "the patched code would contain its own copy of the data {section}", "", k_state_hint},
    {Rank::cause, k_input, "kpatch-build-init",
     "changed section {section:init-code} not selected for inclusion", "{object}",
     "the compiled code of {section} changed",
     "it runs at boot only, and nothing is left of it to patch", k_init_hint},
    {Rank::cause, k_input, "kpatch-build-init",
     "changed section {section:init-data} not selected for inclusion", "{object}",
     "the data of {section} changed", "it is used at boot only, and nothing is left of it to patch",
     k_init_hint},
    {Rank::cause, k_input, "kpatch-build-placed-code",
     "changed section {section:placed-code} not selected for inclusion", "{object}",
     "the compiled code of {section} changed, where kpatch-build cannot compare functions",
     "functions with __sched, __kprobes, noinstr and the like are kept in sections of their own",
     k_placed_hint},
    {Rank::likely, k_tool, "kpatch-build-tables",
     "changed section {section:table} not selected for inclusion", "{object}",
     "kpatch-build did not rebuild the table {section} for the patched functions",
     "compilers and the kernel's tools make it; the patch does not change data", "{newer}"},
    {Rank::likely, k_tool, "kpatch-build-tables",
     "changed section {section:constants|debug} not selected for inclusion", "{object}",
     "kpatch-build did not take {section} along with the patched functions",
     "the compiler makes it of constants, tables of a switch or debug information; the patch does not "
     "change data",
     "{newer}"},
    {Rank::likely, k_tool, "kpatch-build-tables",
     "changed section {section:code} not selected for inclusion", "{object}",
     "kpatch-build lost a part of a function: {section}",
     "it is code; the patch does not change data", "{newer}"},
    {Rank::likely, k_input, "kpatch-build-group-section",
     "changed section {section} is part of a section group", "{object}",
     "the patch changes {section}, a part of a section group", "",
     "{newer}; or leave this file out"},
    {Rank::likely, k_tool, "kpatch-build-group-section",
     "new/changed group sections are not supported", "{object}",
     "kpatch-build cannot handle a section group of this object", "",
     "{newer}; or leave this file out"},
    {Rank::summary, k_tool, "kpatch-build-object-errors",
     "ERROR: {object}: {number} unsupported section change(s)", "{object}",
     "{number} sections changed in a way that kpb does not know", "",
     "look for the first error in the whole log; please report it, so that kpb learns this failure",
     "changed section|selected for inclusion|$"},
    {Rank::summary, k_tool, "kpatch-build-unreconcilable", "{tool}: unreconcilable difference", "",
     "kpatch-build cannot compare the original with the patched object, for a reason that kpb does not know",
     "", "look for the first error in the whole log", "ERROR: |$"},

    // Functions without an ftrace site.
    {Rank::cause, k_input, k_unpatchable,
     "function {function} has no fentry/mcount call, unable to patch", "{object}",
     "{function} cannot be live-patched, because it has no ftrace site", k_entry_why, k_entry_hint},
    {Rank::cause, k_input, k_unpatchable,
     "function {function} doesn't have patchable function entry, unable to patch", "{object}",
     "{function} cannot be live-patched, because it has no ftrace site", k_entry_why, k_entry_hint},
    {Rank::likely, k_input, k_unpatchable,
     "ERROR: {object}: {number} function(s) can not be patched", "{object}",
     "{number} changed functions cannot be patched", k_entry_why, k_entry_hint, "unable to patch"},
    {Rank::cause, k_input, "kpatch-build-jump-label",
     "Found a jump label at {function}()+{offset}, using key {key}", "{object}",
     "{function} uses the static key {key}, which live patches do not support",
     "the key is in a module, or this kernel's live patches support no jump labels",
     "in the patched function, write static_key_enabled(&{key}) instead of static_branch_*()"},
    {Rank::likely, k_input, "kpatch-build-jump-label",
     "ERROR: {object}: {function}: {line}: Found {number} unsupported jump label(s)", "{object}",
     "the patched code uses {number} static keys, which live patches do not support", "",
     "write static_key_enabled() instead of static_branch_*() in the patched functions",
     "Found a jump label"},
    {Rank::cause, k_input, "kpatch-build-static-call",
     "Found a static call at {function}()+{offset}, using key {key}", "{object}",
     "{function} makes the static call {key}, which live patches do not support",
     "its key is in a module",
     "in the patched function, write KPATCH_STATIC_CALL() instead of static_call()"},
    {Rank::likely, k_input, "kpatch-build-static-call",
     "ERROR: {object}: {function}: {line}: Found {number} unsupported static call(s)", "{object}",
     "the patched code makes {number} static calls, which live patches do not support", "",
     "write KPATCH_STATIC_CALL() instead of static_call() in the patched functions",
     "Found a static call"},
    {Rank::cause, k_input, "kpatch-build-sibling-call",
     "Found an unsupported sibling call at {function}()+{offset}", "{object}",
     "{function} ends in a sibling call, which live patches on this architecture do not "
     "support",
     "", "put __attribute__((optimize(\"-fno-optimize-sibling-calls\"))) before {function}"},
    {Rank::likely, k_input, "kpatch-build-sibling-call",
     "ERROR: {object}: {function}: {line}: Found {number} unsupported sibling call(s)", "{object}",
     "the patched code makes {number} sibling calls", "", k_sibling_hint, "sibling call at"},

    // Static local variables.
    {Rank::cause, k_input, "kpatch-build-static-local",
     "reference to static local variable {variable:static-local|named} in {function} was removed",
     "{object}", "kpatch-build no longer finds the static variable {variable} in {function}",
     "the patch removed the use, or the compiler renamed the function (.isra, .part)",
     k_rewrite_hint},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "reference to static local variable {variable:generated|label} in {function} was removed",
     "{object}", "kpatch-build takes {variable} in {function} for a variable of the source",
     "the compiler or a macro makes it", k_pair_hint},
    {Rank::cause, k_input, "kpatch-build-static-local",
     "static local {variable:static-local|named} has been correlated with {other}", "{object}",
     "the static variable {variable} is used in fewer places than before", "", k_rewrite_hint},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "static local {variable:generated} has been correlated with {other}", "{object}",
     "kpatch-build paired {variable} with another variable", "the compiler or a macro makes it",
     k_pair_hint},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "found another static local variable matching {variable}", "{object}",
     "kpatch-build cannot tell which static variable {variable} is", "", k_pair_hint},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "static local variable {variable} used by two functions", "{object}",
     "kpatch-build cannot pair the static variable {variable}",
     "the compiler put the function that it belongs to into two others", k_pair_hint},

    // Symbols.
    {Rank::cause, k_input, "kpatch-build-data-changed", "object size mismatch: {symbol:named}",
     "{object}", "the patch changes the size of {symbol}", "", k_state_hint},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "object size mismatch: {symbol:static-local|generated|label}", "{object}",
     "kpatch-build paired {symbol} with another variable, of another size",
     "the number is the compiler's, and changes with the code", k_pair_hint},
    {Rank::cause,
     k_tool,
     "kpatch-build-wrong-pair",
     "symbol changed sections: {symbol:label}",
     "{object}",
     "kpatch-build takes {symbol} for data",
     "it is a label of the compiler, whose number changes with the code",
     "{newer}",
     {},
     Stage::other,
     "compiler-labels"},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "symbol changed sections: {symbol:clone|static-local|generated}", "{object}",
     "kpatch-build cannot pair {symbol} of the original with that of the patched object",
     "the compiler splits and specialises functions otherwise when the code changes", k_pair_hint},
    {Rank::cause, k_tool, "kpatch-build-symbol-moved", "symbol changed sections: {symbol:named}",
     "{object}", "{symbol} moves to another section with the patch",
     "a function: the compiler now takes it for a likely or an unlikely one, which this kpatch-build does "
     "not know; a variable: the patch moves it between data, .bss and read-only data",
     "a function: {newer}; a variable: keep its first value and its const as they are"},
    {Rank::cause, k_input, "kpatch-build-data-changed", "symbol info mismatch: {symbol:named}",
     "{object}", "the patch makes {symbol} something else",
     "for example a static one global, or a variable a function",
     "keep it, and give the new one another name"},
    {Rank::cause, k_tool, "kpatch-build-wrong-pair",
     "symbol info mismatch: {symbol:label|clone|static-local|generated}", "{object}",
     "kpatch-build paired {symbol} with another symbol",
     "the compiler numbers it, and its number changes", k_pair_hint},
    {Rank::cause, k_input, "kpatch-build-headers-differ", "ERROR: {object}: ELF headers differ",
     "{object}", "the original and the patched object are of different kinds",
     "they were not compiled by the same compiler with the same options", k_inputs_hint},
    {Rank::cause, k_input, "kpatch-build-headers-differ",
     "ERROR: {object}: {section:data|init-data} section header details differ from {other}",
     "{object}", "the patch changes the kind of section {section}", "", k_state_hint},
    {Rank::cause, k_tool, "kpatch-build-tables-differ",
     "ERROR: {object}: {section:table|constants|debug|code|placed-code|init-code} section header details "
     "differ from {other}",
     "{object}",
     "{section} of the original and of the patched object were not made by the same tools",
     "objtool rewrites such sections, and has run for one of them only; the patch does not change data",
     k_again_hint},
    {Rank::cause, k_input, "kpatch-build-special-section",
     "unsupported klp relocation reference to symbol '{symbol}' in module-specific special section "
     "'{section}'",
     "", "the patched code uses {symbol} in {section}, which live patches do not support", "",
     "change the patch so that the function does not refer to it there"},

    // The target's symbols.
    {Rank::cause,
     k_tool,
     "kpatch-build-too-old",
     "ERROR: {object}: {function}: {line}: couldn't find matching {file} local symbols in {table} symbol table",
     "{file}",
     "this kpatch-build cannot find {file} in this kernel's {table}",
     "from Linux 6.18 on, objects of files that export symbols have local symbols that the linked kernel "
     "does not have",
     "{newer}",
     {},
     Stage::other,
     "local-symbols",
     true},
    {Rank::cause, k_input, "kpatch-build-other-source",
     "ERROR: {object}: {function}: {line}: couldn't find matching {file} local symbols in {table} symbol table",
     "{file}", "the compiled original does not look like the target kernel",
     "the functions of {file} are not those of its {table}", k_inputs_hint},
    {Rank::cause, k_tool, "kpatch-build-ambiguous-source",
     "found duplicate matches for {file} local symbols in {table} symbol table", "{file}",
     "the kernel has several files that look like this one, and kpatch-build cannot tell them apart",
     "",
     "use klp-build (--builder klp-build; x86_64, Linux 7.2 and newer), or leave this file out of the patch"},
    {Rank::cause, k_tool, "kpatch-build-ambiguous-symbol",
     "duplicate local symbol found for {symbol}", "",
     "the symbol {symbol} cannot be distinguished from another with the same name", "",
     "{newer}; or leave this file out of the patch"},
    {Rank::cause,
     k_tool,
     "kpatch-build-too-old",
     "find_local_syms for {file}: found_none",
     "{file}",
     "this kpatch-build does not find the functions of {file} in the kernel",
     "",
     "{newer}",
     {},
     Stage::other,
     "local-functions"},
    {Rank::cause,
     k_tool,
     "kpatch-build-wrong-pair",
     "lookup_local_symbol {symbol:label} {rest...} needed for {section}",
     "{object}",
     "kpatch-build looks for {symbol} in the kernel, for {section}",
     "it is a label of the compiler, which no kernel has",
     "{newer}",
     {},
     Stage::other,
     "compiler-labels"},
    {Rank::cause, k_tool, "kpatch-build-new-function",
     "lookup_local_symbol {symbol} needed for {section}", "{object}",
     "kpatch-build did not take the new function {symbol} along, which {section} refers to", "",
     "call it from the patched function too, or {newer}"},
    {Rank::cause, k_tool, "kpatch-build-ambiguous-symbol", "lookup_local_symbol {symbol} ({file})",
     "{object}", "kpatch-build cannot tell which {symbol} of a file {file} is meant",
     "the kernel has several files of that name", "{newer}"},

    // Forms of code and tables that it does not know.
    {Rank::cause,
     k_tool,
     "kpatch-build-padding",
     "symbol {symbol} at offset {offset} within section {section}, expected 0",
     "{object}",
     "kpatch-build does not expect the padding before {symbol}",
     "the kernel has CONFIG_CALL_PADDING or CONFIG_X86_KERNEL_IBT",
     "{newer}; with IBT (CONFIG_X86_KERNEL_IBT) only klp-build",
     {},
     Stage::other,
     "padding"},
    {Rank::cause,
     k_tool,
     "kpatch-build-too-old",
     "{function}: unexpected instruction in patch section of function",
     "{object}",
     "this kpatch-build does not know this kernel's form of ftrace sites",
     "",
     "{newer}",
     {},
     Stage::other,
     "ppc64le-ftrace"},
    {Rank::cause,
     k_tool,
     "kpatch-build-too-old",
     "can't create dynrela for section {table} (symbol {symbol}): no bundled or section symbol",
     "{object}",
     "this kpatch-build cannot handle {table} without a section symbol",
     "newer binutils leave these symbols out",
     "{newer}",
     {},
     Stage::other,
     "section-symbols"},
    {Rank::cause, k_tool, "kpatch-build-too-old", "group size mismatch for section {section}",
     "{object}", "the entries of {section} are not of the size that this kpatch-build expects", "",
     "{newer}"},
    {Rank::cause, k_tool, "kpatch-build-assembly-object", "can't find .fixup rela group at offset",
     "{object}", "kpatch-build cannot read this object, which is made of assembly",
     "a header that the patch changes is included by an assembly file",
     "keep the header as it is; or {newer}"},
    {Rank::likely, k_tool, "kpatch-build-relocation", "out-of-range relocation {what...}",
     "{object}", "kpatch-build takes a relocation for one that leads out of its target",
     "{what}; the patch is not at fault", "{newer}"},

    // Its programs crash.
    {Rank::cause, k_tool, "kpatch-build-crash", "ERROR: {program} SIGSEGV", "",
     "kpatch-build's {program} crashed", "", k_crash_hint, "Segmentation fault|core file at"},
    {Rank::cause, k_tool, "kpatch-build-crash", "Segmentation fault{rest...}create-diff-object", "",
     "kpatch-build's create-diff-object crashed", "", k_crash_hint},
    {Rank::cause, k_tool, "kpatch-build-crash", "Aborted{rest...}create-diff-object", "",
     "kpatch-build's create-diff-object crashed", "", k_crash_hint, "Assertion"},
    {Rank::likely, k_tool, "kpatch-build-crash", "ERROR: There was a SIGSEGV", "",
     "a program of kpatch-build crashed", "", k_crash_hint},
    {Rank::cause, k_tool, "kpatch-build-crash",
     "create-diff-object: {file}:{line}: {function}: Assertion {what...}", "",
     "kpatch-build's create-diff-object crashed", "in its {function}: {what}", k_crash_hint},
    {Rank::likely, k_tool, "kpatch-build-module-tool",
     "ERROR: {program}: exited with return code: {number}", "",
     "kpatch-build's {program} ended with status {number}", "", k_crash_hint, "ERROR: "},
    // Whatever else create-diff-object did not expect; all that is known of it stands above.
    {Rank::likely, k_tool, "kpatch-build-object-tool",
     "create-diff-object: ERROR: {object}: {function}: {number}: {what...}", "{object}",
     "kpatch-build's create-diff-object cannot compare this object", "{function}: {what}",
     k_unknown_hint, "$"},
    {Rank::likely, k_tool, "kpatch-build-module-tool",
     "create-klp-module: ERROR: {object}: {function}: {number}: {what...}", "",
     "kpatch-build's create-klp-module cannot finish the module", "{function}: {what}",
     k_unknown_hint, "$"},
};

} // namespace

const std::vector<Rule>& kpatch_object_rules() { return k_rules; }

} // namespace kpb::builders
