// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the documents that plugins do not see: what kpb prints and what it writes for itself. Printed by
// kpb-fields from core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
//
//   result.put_integer(fields::result::status, ...)                              "/status"
//   pointer(fields::result::files, i, fields::result::file::ok)                  "/files/3/ok"
//   description.text(fields::prepared::vmlinux_build_id)                         "/vmlinux/build_id"
#ifndef KPB_CORE_MODEL_OWN_FIELDS_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_HPP

#include <kpb/sdk/pointer.hpp>

#include <string_view>

namespace kpb::fields {
// clang-format off

// What `--json` prints, kpb.result/1.
namespace result {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.result/1";
// `kpb.result/1`.
inline constexpr std::string_view schema = "/schema";
// the command, for example `build`.
inline constexpr std::string_view command = "/command";
// the exit status.
inline constexpr std::string_view status = "/status";
// the messages, in the order that they were told.
inline constexpr std::string_view diagnostics = "/diagnostics";
// `build`: whether it was a dry run.
inline constexpr std::string_view dry_run = "/dry_run";
// `build --sign-later`: what waits for a signature.
inline constexpr std::string_view waiting = "/waiting";
// the path of the module.
inline constexpr std::string_view waiting_module = "/waiting/module";
// the path of its description (`kpb.awaiting/1`).
inline constexpr std::string_view waiting_description = "/waiting/description";
// `build`: the artifacts.
inline constexpr std::string_view artifacts = "/artifacts";
// `build`: a package document for each package, or two where a source package is made too.
inline constexpr std::string_view packages = "/packages";
// `inspect`, `verify`, `conflicts`: the files that were given, modules or packages.
inline constexpr std::string_view files = "/files";
// `conflicts`: what cannot be installed or loaded together.
inline constexpr std::string_view conflicts = "/conflicts";
// `plugins`: the plugin libraries that were found.
inline constexpr std::string_view plugins = "/plugins";
// `kernel`: the prepared kernels; `series plan`: the kernels of the series.
inline constexpr std::string_view kernels = "/kernels";
// `kernel add`: whether it was prepared before.
inline constexpr std::string_view existed = "/existed";
// `kernel add`: the builder that it was compiled for.
inline constexpr std::string_view builder = "/builder";
// `kernel prune`: how much disk was freed, in bytes.
inline constexpr std::string_view freed = "/freed";
// `boot-test`: the kernel that was booted.
inline constexpr std::string_view kernel = "/kernel";
// the path of its image.
inline constexpr std::string_view kernel_image = "/kernel/image";
// its release, read from the image.
inline constexpr std::string_view kernel_release = "/kernel/release";
// `boot-test`: what was checked.
inline constexpr std::string_view checks = "/checks";
// `series build`, `series status`: the result directory.
inline constexpr std::string_view directory = "/directory";
// `series plan`: how much there is to do.
inline constexpr std::string_view size = "/size";
// how many cells.
inline constexpr std::string_view size_cells = "/size/cells";
// how many of them are left out.
inline constexpr std::string_view size_left_out = "/size/left_out";
// how many kernels.
inline constexpr std::string_view size_kernels = "/size/kernels";
// how many of them are not prepared yet.
inline constexpr std::string_view size_kernels_to_prepare = "/size/kernels_to_prepare";
// how long it took the last time; absent where it never ran.
inline constexpr std::string_view size_seconds_by_last_run = "/size/seconds_by_last_run";
// `series`: the cells.
inline constexpr std::string_view cells = "/cells";

namespace diagnostic {
// `error`, `warning` or `note`.
inline constexpr std::string_view severity = "severity";
// a stable word for programs.
inline constexpr std::string_view code = "code";
// `kpb`, or the id of the plugin that said it.
inline constexpr std::string_view origin = "origin";
// what people are told.
inline constexpr std::string_view message = "message";
// what they can do about it; empty where nothing is known.
inline constexpr std::string_view hint = "hint";
} // namespace diagnostic

namespace artifact {
// its format.
inline constexpr std::string_view format = "format";
// its file name.
inline constexpr std::string_view name = "name";
// of a further package that goes with the one of that format: what it is for.
inline constexpr std::string_view beside = "beside";
// where it is; absent in a dry run.
inline constexpr std::string_view path = "path";
// the digest of its content; absent in a dry run.
inline constexpr std::string_view sha256 = "sha256";
} // namespace artifact

namespace file {
// the kernel that its vermagic names.
inline constexpr std::string_view kernel = "kernel";
// as `/modules/0/name` of the package document.
inline constexpr std::string_view name = "name";
// as there.
inline constexpr std::string_view vermagic = "vermagic";
// as there; `unknown` where kpb does not know it.
inline constexpr std::string_view arch = "arch";
// as there.
inline constexpr std::string_view format = "format";
// as there.
inline constexpr std::string_view build_id = "build_id";
// as there.
inline constexpr std::string_view functions = "functions";
// as there.
inline constexpr std::string_view callbacks = "callbacks";
// as there.
inline constexpr std::string_view shadow_variables = "shadow_variables";
// as there.
inline constexpr std::string_view reads_states = "reads_states";
// as there.
inline constexpr std::string_view forced = "forced";
// as there.
inline constexpr std::string_view signature = "signature";
// as there.
inline constexpr std::string_view signature_size = "signature/size";
// as there.
inline constexpr std::string_view signature_elf_size = "signature/elf_size";
// as there.
inline constexpr std::string_view signature_stacked = "signature/stacked";
// whether it is a live patch.
inline constexpr std::string_view livepatch = "livepatch";
// the digest of its content.
inline constexpr std::string_view sha256 = "sha256";
// whether it replaces every other live patch; null where nobody knows.
inline constexpr std::string_view replace = "replace";
// its path as it was given.
inline constexpr std::string_view file = "file";
// `verify`: whether all is well.
inline constexpr std::string_view ok = "ok";
// `verify`: what could not be compared.
inline constexpr std::string_view not_checked = "not_checked";
// `inspect`: `module`, `package` or `source-package`.
inline constexpr std::string_view kind = "kind";
// `conflicts`: the package's name; `inspect`: what its backend's read_back() reports.
inline constexpr std::string_view package = "package";
// `conflicts`: the package's version.
inline constexpr std::string_view version = "version";
// `inspect`: the manifest in the package.
inline constexpr std::string_view manifest = "manifest";
// `inspect`: the modules in the package.
inline constexpr std::string_view modules = "modules";
} // namespace file

namespace function {
// as there.
inline constexpr std::string_view object = "object";
// as there.
inline constexpr std::string_view name = "name";
// as there.
inline constexpr std::string_view position = "position";
} // namespace function

namespace callback {
// as there.
inline constexpr std::string_view object = "object";
// as there.
inline constexpr std::string_view hook = "hook";
} // namespace callback

namespace module {
// the kernel that its vermagic names.
inline constexpr std::string_view kernel = "kernel";
// as `/modules/0/name` of the package document.
inline constexpr std::string_view name = "name";
// as there.
inline constexpr std::string_view vermagic = "vermagic";
// as there; `unknown` where kpb does not know it.
inline constexpr std::string_view arch = "arch";
// as there.
inline constexpr std::string_view format = "format";
// as there.
inline constexpr std::string_view build_id = "build_id";
// as there.
inline constexpr std::string_view functions = "functions";
// as there.
inline constexpr std::string_view callbacks = "callbacks";
// as there.
inline constexpr std::string_view shadow_variables = "shadow_variables";
// as there.
inline constexpr std::string_view reads_states = "reads_states";
// as there.
inline constexpr std::string_view forced = "forced";
// as there.
inline constexpr std::string_view signature = "signature";
// as there.
inline constexpr std::string_view signature_size = "signature/size";
// as there.
inline constexpr std::string_view signature_elf_size = "signature/elf_size";
// as there.
inline constexpr std::string_view signature_stacked = "signature/stacked";
// whether it is a live patch.
inline constexpr std::string_view livepatch = "livepatch";
// the digest of its content.
inline constexpr std::string_view sha256 = "sha256";
// whether it replaces every other live patch; null where nobody knows.
inline constexpr std::string_view replace = "replace";
// where the package installs it.
inline constexpr std::string_view path = "path";
} // namespace module

namespace conflict {
// one of them, a path of `/files`.
inline constexpr std::string_view first = "first";
// the other.
inline constexpr std::string_view second = "second";
// a stable word for programs.
inline constexpr std::string_view kind = "kind";
// whether the package manager sees it too.
inline constexpr std::string_view solver = "solver";
// what they collide on.
inline constexpr std::string_view what = "what";
// the conflict as a sentence.
inline constexpr std::string_view text = "text";
} // namespace conflict

namespace plugin {
// where it is.
inline constexpr std::string_view path = "path";
// the id in its note.
inline constexpr std::string_view id = "id";
// the version in its note.
inline constexpr std::string_view version = "version";
// the version of the ABI that it was built for.
inline constexpr std::string_view abi = "abi";
// the version of the SDK that it was built with.
inline constexpr std::string_view sdk = "sdk";
// the plugins in it.
inline constexpr std::string_view offers = "offers";
// why kpb does not use the library.
inline constexpr std::string_view refused = "refused";
} // namespace plugin

namespace offer {
// `policy`, `builder` or `backend`.
inline constexpr std::string_view kind = "kind";
// its name.
inline constexpr std::string_view name = "name";
// of a builder what it takes, of a backend the suffix of its artifacts.
inline constexpr std::string_view detail = "detail";
} // namespace offer

namespace listed_kernel {
// `kernel`: its id in the store.
inline constexpr std::string_view id = "id";
// `kernel`: its directory.
inline constexpr std::string_view path = "path";
// `kernel`: its `kernel.json`.
inline constexpr std::string_view kernel = "kernel";
// empty.
inline constexpr std::string_view kernel_provenance = "kernel/provenance";
// `kernel list`: what it takes on disk, in bytes.
inline constexpr std::string_view size = "size";
// `kernel list`: what its compiled originals take, in bytes.
inline constexpr std::string_view templates_size = "templates_size";
// `kernel list`: when it was last used; empty where it never was.
inline constexpr std::string_view used = "used";
// `series plan`: what the manifest calls it.
inline constexpr std::string_view name = "name";
// `series plan`: its release.
inline constexpr std::string_view release = "release";
// `series plan`: its architecture.
inline constexpr std::string_view arch = "arch";
} // namespace listed_kernel

namespace check {
// what was expected.
inline constexpr std::string_view check = "check";
// `ok`, `failed` or `not reached`.
inline constexpr std::string_view result = "result";
// what was seen; absent where it was not reached.
inline constexpr std::string_view seen = "seen";
// what the kernel said meanwhile.
inline constexpr std::string_view kernel_log = "kernel_log";
} // namespace check

namespace cell {
// its name, `PACKAGE@KERNEL`.
inline constexpr std::string_view cell = "cell";
// the package of the manifest.
inline constexpr std::string_view package = "package";
// the kernel's release.
inline constexpr std::string_view kernel = "kernel";
// `series plan`: its patches.
inline constexpr std::string_view patches = "patches";
// `series plan`: a word for why it is left out.
inline constexpr std::string_view left_out = "left_out";
// `series build`, `series status`: for example `built`, `reused` or `failed`.
inline constexpr std::string_view state = "state";
// why it is left out, failed, or is to be built.
inline constexpr std::string_view why = "why";
// `series plan`: the package's name.
inline constexpr std::string_view name = "name";
// `series plan`: the package's version and release.
inline constexpr std::string_view version = "version";
// `series plan`: the module's name.
inline constexpr std::string_view module = "module";
// `series build`, `series status`: the digest of all that the result depends on.
inline constexpr std::string_view identity = "identity";
// `series build`, `series status`: the path of its log.
inline constexpr std::string_view log = "log";
// its artifacts.
inline constexpr std::string_view artifacts = "artifacts";
} // namespace cell
} // namespace result

// `series.json`, the result of a series, kpb.series/1.
namespace series {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.series/1";
// `kpb.series/1`.
inline constexpr std::string_view schema = "/schema";
// the cells, in the order of the manifest.
inline constexpr std::string_view cells = "/cells";

namespace cell {
// its name, `PACKAGE@KERNEL`.
inline constexpr std::string_view cell = "cell";
// the package of the manifest.
inline constexpr std::string_view package = "package";
// the kernel's release.
inline constexpr std::string_view kernel = "kernel";
// the kernel's architecture.
inline constexpr std::string_view arch = "arch";
// `done`, or why it is not: for example `failed` or `left out`.
inline constexpr std::string_view state = "state";
// why it is not done.
inline constexpr std::string_view why = "why";
// the package's name.
inline constexpr std::string_view name = "name";
// the package's version and release.
inline constexpr std::string_view version = "version";
// the module's name.
inline constexpr std::string_view module = "module";
// the digest of all that the result depends on.
inline constexpr std::string_view identity = "identity";
// the log of a failed one, relative to the result directory.
inline constexpr std::string_view log = "log";
// its artifacts.
inline constexpr std::string_view artifacts = "artifacts";
} // namespace cell

namespace artifact {
// its path in the result directory.
inline constexpr std::string_view path = "path";
// the digest of its content.
inline constexpr std::string_view sha256 = "sha256";
} // namespace artifact
} // namespace series

// A line of `kpb series build --events`.
namespace event {
// `planned`, `started` or `ended`.
inline constexpr std::string_view event = "/event";
// of `planned`: how many cells.
inline constexpr std::string_view cells = "/cells";
// of `planned`: how many of them have to be built.
inline constexpr std::string_view to_do = "/to_do";
// of the others: the job's name.
inline constexpr std::string_view job = "/job";
// of `ended`: how.
inline constexpr std::string_view state = "/state";
// of `ended`: how long it took.
inline constexpr std::string_view milliseconds = "/milliseconds";
// of `ended`: why it failed; absent where it did not.
inline constexpr std::string_view why = "/why";
} // namespace event

// The report of a series' job, kpb.report/1.
namespace report {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.report/1";
// `kpb.report/1`.
inline constexpr std::string_view schema = "/schema";
// the job's exit status.
inline constexpr std::string_view status = "/status";
// the artifacts that it made.
inline constexpr std::string_view artifacts = "/artifacts";
// the module in them; absent in source packages.
inline constexpr std::string_view module = "/module";
// its name.
inline constexpr std::string_view module_name = "/module/name";
// the digest of its content.
inline constexpr std::string_view module_sha256 = "/module/sha256";
// the builder that made it.
inline constexpr std::string_view module_builder = "/module/builder";
// the job's messages.
inline constexpr std::string_view diagnostics = "/diagnostics";

namespace artifact {
// its format.
inline constexpr std::string_view format = "format";
// its file name.
inline constexpr std::string_view name = "name";
// the digest of its content.
inline constexpr std::string_view sha256 = "sha256";
} // namespace artifact

namespace diagnostic {
// as there.
inline constexpr std::string_view severity = "severity";
// as there.
inline constexpr std::string_view code = "code";
// as there.
inline constexpr std::string_view origin = "origin";
// as there.
inline constexpr std::string_view message = "message";
// as there.
inline constexpr std::string_view hint = "hint";
} // namespace diagnostic
} // namespace report

// The description of a module that waits for its signature, kpb.awaiting/1.
namespace awaiting {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.awaiting/1";
// `kpb.awaiting/1`.
inline constexpr std::string_view schema = "/schema";
// the module that waits for its signature.
inline constexpr std::string_view module = "/module";
// its file name.
inline constexpr std::string_view module_file = "/module/file";
// its own name.
inline constexpr std::string_view module_name = "/module/name";
// the digest of its content.
inline constexpr std::string_view module_sha256 = "/module/sha256";
// the size of its content, in bytes.
inline constexpr std::string_view module_size = "/module/size";
// the release of the kernel that it is for.
inline constexpr std::string_view kernel = "/kernel";
// the name of the package that it is to go into.
inline constexpr std::string_view package = "/package";
// tells whether a later request is the same.
inline constexpr std::string_view request_digest = "/request_digest";
// the fields that the digest covers.
inline constexpr std::string_view made_from = "/made_from";
// as the builder left it, in the package document.
inline constexpr std::string_view build = "/build";
// as there.
inline constexpr std::string_view build_replace = "/build/replace";
// as there.
inline constexpr std::string_view build_tools = "/build/tools";

namespace origin {
// a pointer of the package document.
inline constexpr std::string_view what = "what";
// the value there.
inline constexpr std::string_view value = "value";
} // namespace origin

namespace tool {
// as there.
inline constexpr std::string_view name = "name";
// as there.
inline constexpr std::string_view version = "version";
} // namespace tool
} // namespace awaiting

// `kernel.json` of a prepared kernel, kpb.kernel/1.
namespace prepared {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.kernel/1";
// `kpb.kernel/1`.
inline constexpr std::string_view schema = "/schema";
// its release.
inline constexpr std::string_view release = "/release";
// its architecture.
inline constexpr std::string_view arch = "/arch";
// the digest of all that it was made from.
inline constexpr std::string_view key = "/key";
// when it was prepared, in UTC.
inline constexpr std::string_view created = "/created";
// the root whose compiler it is built with; empty for the host's own.
inline constexpr std::string_view root = "/root";
// its source.
inline constexpr std::string_view source = "/source";
// what kind of source was given.
inline constexpr std::string_view source_kind = "/source/kind";
// the digest of the source tree.
inline constexpr std::string_view source_digest = "/source/digest";
// the version that its Makefile says.
inline constexpr std::string_view source_version = "/source/version";
// how many files it has.
inline constexpr std::string_view source_files = "/source/files";
// its configuration.
inline constexpr std::string_view config = "/config";
// the digest of the file.
inline constexpr std::string_view config_sha256 = "/config/sha256";
// its vmlinux.
inline constexpr std::string_view vmlinux = "/vmlinux";
// the digest of the file.
inline constexpr std::string_view vmlinux_sha256 = "/vmlinux/sha256";
// its size, in bytes.
inline constexpr std::string_view vmlinux_size = "/vmlinux/size";
// the release that it says it is.
inline constexpr std::string_view vmlinux_release = "/vmlinux/release";
// its build-id.
inline constexpr std::string_view vmlinux_build_id = "/vmlinux/build_id";
// the compiler that it says it was built with.
inline constexpr std::string_view vmlinux_compiler = "/vmlinux/compiler";
// whether it has debug information.
inline constexpr std::string_view vmlinux_debug_info = "/vmlinux/debug_info";
// its `Module.symvers`, where one was given.
inline constexpr std::string_view symvers = "/symvers";
// the digest of the file.
inline constexpr std::string_view symvers_sha256 = "/symvers/sha256";
// the compiler in the root.
inline constexpr std::string_view toolchain = "/toolchain";
// the digest of what a build with it depends on.
inline constexpr std::string_view toolchain_identity = "/toolchain/identity";
// what the compiler says it is.
inline constexpr std::string_view toolchain_compiler = "/toolchain/compiler";
// its modules, where they were given.
inline constexpr std::string_view modules = "/modules";

namespace module {
// its name.
inline constexpr std::string_view name = "name";
// the digest of the file.
inline constexpr std::string_view sha256 = "sha256";
// its build-id.
inline constexpr std::string_view build_id = "build_id";
} // namespace module
} // namespace prepared

// The inputs that a prepared kernel is known to be made from, kpb.known-inputs/1.
namespace known_inputs {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.known-inputs/1";
// `kpb.known-inputs/1`.
inline constexpr std::string_view schema = "/schema";
// the key of the kernel that these inputs make.
inline constexpr std::string_view key = "/key";
// what was said when they were read.
inline constexpr std::string_view warnings = "/warnings";

namespace warning {
// its code.
inline constexpr std::string_view code = "code";
// where.
inline constexpr std::string_view where = "where";
// what.
inline constexpr std::string_view what = "what";
// why.
inline constexpr std::string_view why = "why";
// what to do.
inline constexpr std::string_view hint = "hint";
} // namespace warning
} // namespace known_inputs

// `template.json` of a compiled original kernel, kpb.template/1.
namespace original {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.template/1";
// `kpb.template/1`.
inline constexpr std::string_view schema = "/schema";
// the id of the prepared kernel.
inline constexpr std::string_view kernel = "/kernel";
// the digest of all that it was compiled from.
inline constexpr std::string_view key = "/key";
// the builder that compiled it.
inline constexpr std::string_view builder = "/builder";
// the digest of what the builder says it depends on.
inline constexpr std::string_view depends_on_sha256 = "/depends_on_sha256";
} // namespace original

// clang-format on
} // namespace kpb::fields

#endif
