// SPDX-License-Identifier: GPL-2.0-only
//
// The failures of klp-build and of its `objtool klp`, from Linux 6.19 to 7.3. A line of the log, what it
// means, where, and what to do.
//
// objtool says "OBJECT: error: objtool: ..."; of what it only warns ("no correlation") a failure may
// follow, or none.
#include "rule.hpp"

namespace kpb::builders {
namespace {

constexpr auto k_input = sdk::Fault::input;
constexpr auto k_tool = sdk::Fault::tool;
constexpr auto k_environment = sdk::Fault::environment;

constexpr std::string_view k_state_hint =
    "a live patch cannot replace data that is in use: change it from a callback "
    "(KLP_PRE_PATCH_CALLBACK()), or put new fields into a shadow variable "
    "(klp_shadow_alloc())";
constexpr std::string_view k_other_builder_hint =
    "use another builder (--builder kpatch-build), or a kernel that is configured for klp-build";
constexpr std::string_view k_prepare_hint = "prepare the kernel again: kpb kernel add";
constexpr std::string_view k_crash_hint =
    "this is a bug in the kernel's objtool, not in the patch: look for a fix of "
    "tools/objtool in a newer kernel, or change fewer functions";

constexpr std::string_view k_log_hint =
    "kpb does not know why: look for the first error in the whole log";

const std::vector<Rule> k_rules = {
    // The patch.
    {Rank::cause, k_input, "klp-build-unsupported-file", "{patch}: unsupported patch to {file}",
     "{patch}", "{file} cannot be live-patched",
     "klp-build refuses lib/, assembly, the vDSO and real-mode code",
     "change the callers of the code instead, or leave this file out"},
    {Rank::cause, k_input, "klp-build-already-applied",
     "Reversed (or previously applied) patch detected", "",
     "the kernel's source already contains the patch", "",
     "it may not be needed for this kernel; if the tree was left patched by a build that was killed, "
     "prepare the kernel again (kpb kernel add)",
     "did not apply"},
    {Rank::likely, k_input, "klp-build-does-not-apply", "{patch} did not apply", "{patch}",
     "the patch does not apply to the kernel's source", "",
     "make it against exactly this kernel's source (backport it)",
     "Hunk #|can't find file to patch|malformed patch|Only garbage was found"},
    {Rank::likely, k_input, "klp-build-does-not-apply", "error: patch failed: {place}", "{place}",
     "the patch does not apply to the kernel's source", "",
     "make it against exactly this kernel's source (backport it)"},
    {Rank::cause, k_tool, "klp-build-inputs", "error: klp-build: {patch} doesn't exist", "{patch}",
     "klp-build does not find the patch", "", ""},

    {Rank::cause, k_tool, "klp-build-too-old", "dev/null: does not exist and --remove not passed",
     "", "this klp-build cannot take a patch that adds a file", "",
     "use the klp-build of Linux 7.2 or newer, or put the new code into an existing file"},
    {Rank::cause, k_tool, "klp-build-too-old", "No valid patches in input", "",
     "this klp-build applies patches with git, which skips them inside another repository", "",
     "use the klp-build of Linux 7.0 or newer, or a place without .git above it"},

    // How it was called.
    {Rank::cause, k_tool, "klp-build-options", "klp-build: unrecognized option {option...}", "",
     "klp-build does not know the option {option}", "",
     "kpb does not support this klp-build; use the one of a released kernel, Linux 7.2 or "
     "7.3"},
    {Rank::cause, k_tool, "klp-build-options", "klp-build: invalid option {option...}", "",
     "klp-build does not know the option {option}", "",
     "kpb does not support this klp-build; use the one of a released kernel, Linux 7.2 or "
     "7.3"},
    {Rank::cause, k_tool, "klp-build-options", "invalid short-circuit step {step...}", "",
     "klp-build does not know the step {step}", "",
     "kpb does not support this klp-build; use the one of a released kernel, Linux 7.2 or "
     "7.3"},
    {Rank::cause, k_tool, "klp-build-options", "output filename should end with .ko", "",
     "klp-build was given an output that does not end in .ko", "", ""},
    {Rank::generic, k_tool, "klp-build-options", "Usage: klp-build [OPTIONS]", "",
     "klp-build did not accept its command line", "", k_log_hint, "$"},
    {Rank::cause, k_tool, "klp-build-directory",
     "error: klp-build: please run from the kernel root directory", "",
     "the klp-build that ran is not that of the kernel's tree", "", k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-not-primed", "-S {step} requires completed {directory}",
     "{directory}", "the compiled original is not complete", "", k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-not-primed", "--short-circuit requires preserved klp-tmp dir",
     "", "the compiled original is missing", "", k_prepare_hint},

    // The build root.
    {Rank::cause, k_environment, "klp-build-tool-missing", "error: this script requires bash", "",
     "the build root's bash is too old for klp-build", "", "klp-build needs bash 4.4"},
    {Rank::cause, k_environment, "klp-build-tool-missing",
     "{program} not found (install {package})", "", "{program} is not installed in the build root",
     "", "install the package {package} there"},
    {Rank::cause, k_environment, "klp-build-xxhash", "objtool not built with KLP support", "",
     "the kernel's objtool was built without what klp-build needs",
     "the build root has no libxxhash, or one older than 0.8",
     "install libxxhash-dev (xxhash-devel) there, and prepare the kernel again"},
    {Rank::cause, k_tool, "klp-build-tree", "can't find fix-patch-lines", "",
     "the kernel's tree has klp-build but not its helper scripts/livepatch/fix-patch-lines", "",
     "give the whole source, with file modes: --source DIR"},

    // The kernel.
    {Rank::cause, k_input, "klp-build-config-mismatch",
     ".config mismatch, check your .config or run 'make olddefconfig'", "",
     "the configuration is not one of this source",
     "the source has options that the configuration does not name, or the compiler offers others",
     "give the configuration and source of one kernel build, and a build root with its compiler"},
    {Rank::cause, k_input, "klp-build-no-config", "no .config file in {directory}", "",
     "the kernel's tree has no configuration", "", "give it: --config FILE"},
    {Rank::cause, k_input, "klp-build-kernel-option", "error: klp-build: {option} not enabled", "",
     "klp-build cannot patch a kernel without {option}", "", k_other_builder_hint},
    {Rank::cause, k_input, "klp-build-kernel-option", "kernel option '{option}' not supported", "",
     "klp-build cannot patch a kernel with {option}", "", k_other_builder_hint},
    {Rank::cause, k_input, "klp-build-compiler", "Clang assembler version < 20 not supported", "",
     "klp-build cannot patch a kernel that was assembled by clang before version 20", "",
     k_other_builder_hint},
    {Rank::cause, k_tool, "klp-build-tree", "make syncconfig failed", "",
     "the kernel's configuration cannot be applied", "", k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-tree", "failed to get kernel version", "",
     "the kernel's tree does not contain its version", "", k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-tree", "no file to stash: {file...}", "{file}",
     "the kernel's tree lacks a file that klp-build edits", "", k_prepare_hint},
    {Rank::cause, k_input, "klp-build-foreign-module",
     "error: klp-build: missing {file} for tools/{module}", "",
     "the kernel's tree has a foreign module, tools/{module}",
     "klp-build takes it for one of the kernel's",
     "prepare the kernel from a pristine source: kpb kernel add"},
    {Rank::cause, k_tool, "klp-build-tree", "error: klp-build: missing {file...}", "",
     "the kernel's build did not make {file}", "", k_prepare_hint},

    // Comparing: what changed.
    {Rank::cause, k_input, "klp-build-no-changes", "error: klp-build: no changes detected", "",
     "the patch changes no code of this kernel",
     "its files are not enabled in the configuration, or compile to the same code as before",
     "check in the configuration (CONFIG_...) whether the kernel contains the code at "
     "all; it may not need the patch"},
    {Rank::cause, k_input, "klp-build-data-changed",
     "{object}: error: objtool: changed data: {symbol}", "{object}",
     "the patch changes the data {symbol}", "", k_state_hint},
    {Rank::cause, k_input, "klp-build-init",
     "{object}: error: objtool: {symbol}: can't patch or reference init code/data", "{object}",
     "{symbol} is __init, or refers to what is",
     "it is gone after boot, and nothing is left to patch",
     "leave it out of the patch; if the patch only refers to it, take that reference out of the function"},
    {Rank::cause, k_input, "klp-build-thinlto",
     "{object}: error: objtool: Multiple ({number}) correlation candidates for {symbol:thinlto}",
     "{object}", "the kernel has {number} functions that clang's ThinLTO renamed alike: {symbol}",
     "objtool cannot tell which is which",
     "change one of these files per live patch, or give the functions other names in the patch"},
    {Rank::cause, k_input, "klp-build-static-branch",
     "{object}: error: objtool: {function}+{offset}: unsupported static branch key {key}",
     "{object}", "{function} uses the static key {key}, which live patches do not support",
     "its key is in a module",
     "in the patched function, write static_key_enabled() instead of static_branch_*()"},
    {Rank::cause, k_input, "klp-build-static-call",
     "{object}: error: objtool: {function}()+{offset}: unsupported static call key {key}",
     "{object}", "{function} makes the static call {key}, which live patches do not support",
     "its key is in a module",
     "in the patched function, write KLP_STATIC_CALL() instead of static_call()"},
    {Rank::cause, k_input, "klp-build-module-dependency",
     "new reference to {symbol} (exported by {module}) would create an undeclared module dependency",
     "", "the patched code uses {symbol}, which the module {module} exports",
     "the patched module does not depend on it, so it may not be loaded",
     "use a symbol of the kernel itself, or of a module on which the patched module "
     "already depends"},
    {Rank::cause, k_input, "klp-build-other-vmlinux",
     "address mismatch for symbol {symbol}, stale orig vmlinux?", "",
     "the compiled original is not the kernel that was compared: {symbol} has another "
     "address",
     "", k_prepare_hint},
    {Rank::cause, k_input, "klp-build-other-vmlinux",
     "no .klp.symid entry for symbol {symbol} in orig vmlinux", "",
     "the compiled original does not say where {symbol} is",
     "it was not built by the klp-build of this tree", k_prepare_hint},
    {Rank::cause, k_input, "klp-build-symbol-position", "can't find sympos for {symbol}", "",
     "{symbol} cannot be distinguished from others with the same name in the kernel", "",
     k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-symbol-position", "can't find symbol {symbol} in orig vmlinux",
     "", "{symbol} is not in the compiled original's vmlinux", "", k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-symvers", "malformed Module.symvers{rest...}line {number}", "",
     "the build made an incomplete Module.symvers", "its line {number} is broken", k_prepare_hint},
    {Rank::cause, k_tool, "klp-build-symvers",
     "can't open '{file}', \"objtool diff\" should be run", "",
     "the compiled original has no {file}", "", k_prepare_hint},
    {Rank::cause, k_input, "klp-build-files-differ",
     "{object}: error: objtool: FILE symbol mismatch: {one} != {other}", "{object}",
     "the original and the patched object are made of different files ({one}, {other})",
     "the patch adds or removes a file", "put the new code into an existing file"},

    // objtool itself.
    {Rank::cause, k_tool, "klp-build-objtool-crash", "Segmentation fault{rest...}OBJTOOL", "",
     "the kernel's objtool crashed {step}", "", k_crash_hint},
    {Rank::cause, k_tool, "klp-build-objtool-crash", "Aborted{rest...}OBJTOOL", "",
     "the kernel's objtool crashed {step}", "", k_crash_hint, "Assertion"},
    // The array is what klp-build calls objtool with when it compares.
    {Rank::cause,
     k_tool,
     "klp-build-objtool-crash",
     "Segmentation fault{rest...}cmd[@]",
     "",
     "the kernel's objtool crashed {step}",
     "",
     k_crash_hint,
     {},
     Stage::compare},
    {Rank::cause, k_tool, "klp-build-objtool",
     "missing .discard.sym_checksum section, file not processed", "{object}",
     "the kernel's objtool made no checksums for this object",
     "it contains no function, or objtool did not "
     "run for it",
     "leave the file out of the patch; or {newer}"},
    {Rank::likely, k_tool, "klp-build-objtool",
     "warning: objtool: {function}: can't find jump dest instruction", "{object}",
     "the kernel's objtool made an object with wrong offsets: {function}", "", k_crash_hint,
     "objtool: ", Stage::module},
    {Rank::likely,
     k_tool,
     "klp-build-objtool",
     "{object}: error: objtool: {what...}",
     "{object}",
     "the kernel's objtool cannot make a live patch of this object",
     "{what}",
     "change the patch so that the function does not need it, or ask on live-patching@vger.kernel.org",
     {},
     Stage::compare},
    {Rank::likely,
     k_tool,
     "klp-build-objtool",
     "{object}: error: objtool: {what...}",
     "{object}",
     "the kernel's objtool cannot finish the module",
     "{what}",
     k_crash_hint,
     {},
     Stage::module},
    {Rank::likely, k_tool, "klp-build-objtool", "{object}: error: objtool {what...}", "{object}",
     "the kernel's objtool failed on this object", "{what}", k_log_hint, "$"},
    // "no correlation" is a warning, in builds that succeed too: shown, and no row of its own.
    {Rank::summary, k_tool, "klp-build-objtool", "objtool klp diff failed", "",
     "the kernel's objtool cannot compare the original with the patched objects", "",
     "if a variable has no correlation, the patch has moved or removed it: keep its place "
     "and its uses. Otherwise look for the first error in the whole log",
     "no correlation: |$"},
    {Rank::summary, k_tool, "klp-build-objtool", "objtool klp {command} failed", "",
     "the kernel's objtool failed {step}", "", k_crash_hint, "$"},

    // Consequences.
    {Rank::summary, k_tool, "klp-build-original", "original kernel build failed", "",
     "the kernel's own source does not build", "",
     "the build root lacks something that this kernel needs, or the configuration is not the kernel's",
     "$"},
    {Rank::summary, k_tool, "klp-build-patched", "patched kernel build failed", "",
     "the patched source does not build", "", k_log_hint, "$"},
    {Rank::generic, k_tool, "klp-build-step", "error: klp-build: line {number}: {command...}", "",
     "a step of klp-build failed {step}", "its line {number}: {command}", k_log_hint, "$"},
    {Rank::generic, k_tool, "klp-build-restore", "can't restore file: {file...}", "{file}",
     "klp-build could not restore the kernel's tree", "", ""},
    {Rank::generic, k_tool, "klp-build-step", "error: klp-build: {what...}", "",
     "klp-build failed {step}: {what}", "", k_log_hint, "$"},
};

} // namespace

const std::vector<Rule>& klp_build_rules() { return k_rules; }

} // namespace kpb::builders
