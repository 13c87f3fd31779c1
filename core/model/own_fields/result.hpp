// SPDX-License-Identifier: GPL-2.0-only
//
// Fields of documents that plugins do not see, of core/model/own_fields.hpp. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
#ifndef KPB_CORE_MODEL_OWN_FIELDS_RESULT_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_RESULT_HPP

#include <kpb/sdk/pointer.hpp>

#include <string_view>

namespace kpb::fields {
// clang-format off
// NOLINTBEGIN(readability-identifier-naming): a constant is called what its field is

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

// NOLINTEND(readability-identifier-naming)
// clang-format on
} // namespace kpb::fields

#endif
