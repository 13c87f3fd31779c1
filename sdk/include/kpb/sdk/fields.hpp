// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the documents that plugins read and write (docs/document.md), by name. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made. It is as long as there are fields: a
// site looks for them in one place.
//
//   document.text(fields::package_name)                              "/package/name"
//   pointer(fields::relations, i, fields::relation::name)            "/relations/3/name"
//   pointer(fields::the_module, fields::module::signature_size)      "/modules/0/signature/size"
#ifndef KPB_SDK_FIELDS_HPP
#define KPB_SDK_FIELDS_HPP

#include "pointer.hpp"

#include <string_view>

namespace kpb::fields {
// clang-format off
// NOLINTBEGIN(readability-identifier-naming): a constant is called what its field is

// The package document, kpb.package/1.
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.package/1";
// The one module of a package.
inline constexpr std::string_view the_module = "/modules/0";
// `kpb.package/1`.
inline constexpr std::string_view schema = "/schema";
// the request.
inline constexpr std::string_view request = "/request";
// P of the names: `--name`, or the base name of the argument without its suffix.
inline constexpr std::string_view request_stem = "/request/stem";
// the base name of the patch; `P.patch` if there is no single patch.
inline constexpr std::string_view request_file_name = "/request/file_name";
// `diff`, `source` (hand-written C) or `module`; without a module `subscription` or `metapackage`.
inline constexpr std::string_view request_kind = "/request/kind";
// `true` if the input is a directory with a `Kbuild`.
inline constexpr std::string_view request_directory = "/request/directory";
// `packed`: the package contains the finished module; `source`: the package's own build makes it.
inline constexpr std::string_view request_style = "/request/style";
// the formats wanted from this backend now.
inline constexpr std::string_view request_formats = "/request/formats";
// the builder that makes the module.
inline constexpr std::string_view request_builder = "/request/builder";
// why kpb chose that builder; absent if the user chose it.
inline constexpr std::string_view request_builder_reason = "/request/builder_reason";
// `--replace` or `--no-replace`; if neither is given, `true` for diffs and absent for other inputs.
inline constexpr std::string_view request_replace = "/request/replace";
// how many processes a builder may use.
inline constexpr std::string_view request_jobs = "/request/jobs";
// `true` if the builder should only compile the original kernel, for later builds (`kpb kernel add`).
inline constexpr std::string_view request_prime = "/request/prime";
// the functions that the user declares to be patched (`--function`).
inline constexpr std::string_view request_functions = "/request/functions";
// the klp states that the user declares to be changed (`--state`).
inline constexpr std::string_view request_states = "/request/states";
// `--on-top-of`: the package whose module this one is stacked on.
inline constexpr std::string_view request_on_top_of = "/request/on_top_of";
// its name.
inline constexpr std::string_view request_on_top_of_name = "/request/on_top_of/name";
// its version, `[EPOCH:]V-R`.
inline constexpr std::string_view request_on_top_of_version = "/request/on_top_of/version";
// the packages that this one takes over from (`--supersedes`).
inline constexpr std::string_view request_supersedes = "/request/supersedes";
// `--source`, as an absolute path.
inline constexpr std::string_view request_source = "/request/source";
// the values of `--set`; plugins should ask the host's config service instead.
inline constexpr std::string_view settings = "/settings";
// the time in every artifact, in seconds since 1970: `SOURCE_DATE_EPOCH`, or the time of the newest input.
inline constexpr std::string_view source_date_epoch = "/source_date_epoch";
// the kernel that the package is for; absent in a metapackage.
inline constexpr std::string_view kernel = "/kernel";
// K, what `uname -r` prints.
inline constexpr std::string_view kernel_release = "/kernel/release";
// K', the release without its final architecture.
inline constexpr std::string_view kernel_release_without_arch = "/kernel/release_without_arch";
// `x86_64`, `aarch64`, `ppc64le` or `s390x`.
inline constexpr std::string_view kernel_arch = "/kernel/arch";
// the family of the kernel, such as `el`, `fc` or `suse` (relations.md); absent for other kernels.
inline constexpr std::string_view kernel_family = "/kernel/family";
// `--kernel-package-version`.
inline constexpr std::string_view kernel_package_version = "/kernel/package_version";
// what the kernel's package provides, in RPM's terms; absent if unknown.
inline constexpr std::string_view kernel_requires = "/kernel/requires";
// what provides this kernel's build tree, in RPM's terms; absent if unknown.
inline constexpr std::string_view kernel_devel_requires = "/kernel/devel_requires";
// the build-id of the prepared kernel's vmlinux.
inline constexpr std::string_view kernel_build_id = "/kernel/build_id";
// what the prepared kernel was made from; absent if none was used.
inline constexpr std::string_view kernel_prepared = "/kernel/prepared";
// the digest of all that it was made from; its id begins with the release and ends with the first digits of the key.
inline constexpr std::string_view kernel_prepared_key = "/kernel/prepared/key";
// the digest of its source tree.
inline constexpr std::string_view kernel_prepared_source_sha256 = "/kernel/prepared/source_sha256";
// the digest of its configuration.
inline constexpr std::string_view kernel_prepared_config_sha256 = "/kernel/prepared/config_sha256";
// the compiler that its vmlinux says it was built with.
inline constexpr std::string_view kernel_prepared_compiler = "/kernel/prepared/compiler";
// for a source package on a prepared kernel: the kernel's files that the package can contain.
inline constexpr std::string_view kernel_carried = "/kernel/carried";
// the name of a tarball that contains the single directory `kernel-source`.
inline constexpr std::string_view kernel_carried_source = "/kernel/carried/source";
// the name of the configuration.
inline constexpr std::string_view kernel_carried_config = "/kernel/carried/config";
// the name of the vmlinux, compressed by xz.
inline constexpr std::string_view kernel_carried_vmlinux = "/kernel/carried/vmlinux";
// the patches, sources or the module that were given.
inline constexpr std::string_view inputs = "/inputs";
// what the package says about itself.
inline constexpr std::string_view package = "/package";
// its name.
inline constexpr std::string_view package_name = "/package/name";
// its version, by default `1`.
inline constexpr std::string_view package_version = "/package/version";
// its release, by default `1`.
inline constexpr std::string_view package_release = "/package/release";
// its epoch, a decimal number; absent if none is given.
inline constexpr std::string_view package_epoch = "/package/epoch";
// its architecture by kpb's name; a backend translates it.
inline constexpr std::string_view package_arch = "/package/arch";
// what it is, on one line.
inline constexpr std::string_view package_summary = "/package/summary";
// what it is, on several lines.
inline constexpr std::string_view package_description = "/package/description";
// its license.
inline constexpr std::string_view package_license = "/package/license";
// its group, which only old versions of RPM need; absent unless a policy sets one.
inline constexpr std::string_view package_group = "/package/group";
// where to read more about it.
inline constexpr std::string_view package_url = "/package/url";
// who made it: `NAME <ADDRESS>`.
inline constexpr std::string_view package_packager = "/package/packager";
// the CVEs that it fixes (`--cve`).
inline constexpr std::string_view package_cves = "/package/cves";
// the live-patch module; absent in a package that has none.
inline constexpr std::string_view modules = "/modules";
// its file name, which ends in `.ko`.
inline constexpr std::string_view module_file = "/modules/0/file";
// the absolute directory in which it is installed.
inline constexpr std::string_view module_directory = "/modules/0/directory";
// directory and file name.
inline constexpr std::string_view module_path = "/modules/0/path";
// the module's own name: the file name in the kernel's form, at most 55 characters; after inspection what the module says.
inline constexpr std::string_view module_name = "/modules/0/name";
// the digest of the file that is packaged; absent in a source package.
inline constexpr std::string_view module_sha256 = "/modules/0/sha256";
// the size of that file, in bytes; absent in a source package.
inline constexpr std::string_view module_size = "/modules/0/size";
// the module's vermagic: the kernel that it says it is for.
inline constexpr std::string_view module_vermagic = "/modules/0/vermagic";
// the architecture of its code.
inline constexpr std::string_view module_arch = "/modules/0/arch";
// which tool's layout it has: `kpatch-build` or `klp-build`; null for a hand-written module.
inline constexpr std::string_view module_format = "/modules/0/format";
// its build-id.
inline constexpr std::string_view module_build_id = "/modules/0/build_id";
// `true` if loading it disables every other live patch; null if that is not known.
inline constexpr std::string_view module_replace = "/modules/0/replace";
// the functions that it patches; null if they are not known.
inline constexpr std::string_view module_functions = "/modules/0/functions";
// in a source package: `true` if its own build adds the relations of the functions ([dependency-generator.md](dependency-generator.md)), otherwise absent.
inline constexpr std::string_view module_functions_follow = "/modules/0/functions_follow";
// the modules of the kernel that it patches.
inline constexpr std::string_view module_objects = "/modules/0/objects";
// its callbacks; null if the module does not say.
inline constexpr std::string_view module_callbacks = "/modules/0/callbacks";
// the klp states that it changes, if they were declared.
inline constexpr std::string_view module_states = "/modules/0/states";
// `true` if it uses the kernel's functions for shadow variables, otherwise absent.
inline constexpr std::string_view module_shadow_variables = "/modules/0/shadow_variables";
// `true` if it uses the kernel's functions for klp states, otherwise absent.
inline constexpr std::string_view module_reads_states = "/modules/0/reads_states";
// `true` if it was built with `KPATCH_FORCE_UNSAFE`.
inline constexpr std::string_view module_forced = "/modules/0/forced";
// the signature at the end of the file; null if there is none.
inline constexpr std::string_view module_signature = "/modules/0/signature";
// its size, in bytes.
inline constexpr std::string_view module_signature_size = "/modules/0/signature/size";
// the size of the module before it, in bytes.
inline constexpr std::string_view module_signature_elf_size = "/modules/0/signature/elf_size";
// `true` if two signatures follow each other, which kpb refuses.
inline constexpr std::string_view module_signature_stacked = "/modules/0/signature/stacked";
// how kpb had it signed; absent if kpb did not.
inline constexpr std::string_view module_signed_by = "/modules/0/signed_by";
// `command`, `sign-file` or `given` (`--signed`).
inline constexpr std::string_view module_signed_by_form = "/modules/0/signed_by/form";
// the file name of the signing program.
inline constexpr std::string_view module_signed_by_program = "/modules/0/signed_by/program";
// the hash that `sign-file` was told to use.
inline constexpr std::string_view module_signed_by_hash = "/modules/0/signed_by/hash";
// what the builder says of its work.
inline constexpr std::string_view build = "/build";
// the module that it made, relative to the workspace.
inline constexpr std::string_view build_module = "/build/module";
// whether the module replaces all others, if the builder knows.
inline constexpr std::string_view build_replace = "/build/replace";
// `true` if the user let the builder run without confinement; else absent.
inline constexpr std::string_view build_unconfined = "/build/unconfined";
// the compiler and other tools that it used.
inline constexpr std::string_view build_tools = "/build/tools";
// how a source package makes the module.
inline constexpr std::string_view source = "/source";
// shell commands, run in the directory of the unpacked sources.
inline constexpr std::string_view source_steps = "/source/steps";
// the packages that the build needs.
inline constexpr std::string_view source_requires = "/source/requires";
// which of the sources are tarballs to unpack first.
inline constexpr std::string_view source_unpack = "/source/unpack";
// which files of `/kernel/carried` the builder wants in the package.
inline constexpr std::string_view source_carry = "/source/carry";
// where the steps leave the module, relative to their directory.
inline constexpr std::string_view source_product = "/source/product";
// the files that a package is made from, besides its recipe.
inline constexpr std::string_view sources = "/sources";
// the files that are installed.
inline constexpr std::string_view files = "/files";
// what the package requires, provides, conflicts with and obsoletes.
inline constexpr std::string_view relations = "/relations";
// in a metapackage: the packages that it requires.
inline constexpr std::string_view members = "/members";
// what a policy of a chain changed or removed of what earlier ones set.
inline constexpr std::string_view amendments = "/amendments";
// the package files that the backend makes.
inline constexpr std::string_view artifacts = "/artifacts";
// the programs that kpb and its plugins ran.
inline constexpr std::string_view tools = "/tools";
// the plugins that took part in making the package.
inline constexpr std::string_view plugins = "/plugins";
// what sites add for themselves; kpb carries it along, and reads none of it.
inline constexpr std::string_view x = "/x";
// who set each field.
inline constexpr std::string_view provenance = "/provenance";

namespace function {
// `vmlinux`, or the kernel module that has the function.
inline constexpr std::string_view object = "object";
// the function's name.
inline constexpr std::string_view name = "name";
// which one of the functions of that name, counted from 1.
inline constexpr std::string_view position = "position";
} // namespace function

namespace superseded {
// its name.
inline constexpr std::string_view name = "name";
// its version, `[EPOCH:]V-R`.
inline constexpr std::string_view version = "version";
} // namespace superseded

namespace input {
// its base name as the user gave it; of a directory the path inside it.
inline constexpr std::string_view name = "name";
// the private copy, relative to the workspace.
inline constexpr std::string_view stored = "stored";
// the digest of its content.
inline constexpr std::string_view sha256 = "sha256";
// the size of its content, in bytes.
inline constexpr std::string_view size = "size";
} // namespace input

namespace module {
// its file name, which ends in `.ko`.
inline constexpr std::string_view file = "file";
// the absolute directory in which it is installed.
inline constexpr std::string_view directory = "directory";
// directory and file name.
inline constexpr std::string_view path = "path";
// the module's own name: the file name in the kernel's form, at most 55 characters; after inspection what the module says.
inline constexpr std::string_view name = "name";
// the digest of the file that is packaged; absent in a source package.
inline constexpr std::string_view sha256 = "sha256";
// the size of that file, in bytes; absent in a source package.
inline constexpr std::string_view size = "size";
// the module's vermagic: the kernel that it says it is for.
inline constexpr std::string_view vermagic = "vermagic";
// the architecture of its code.
inline constexpr std::string_view arch = "arch";
// which tool's layout it has: `kpatch-build` or `klp-build`; null for a hand-written module.
inline constexpr std::string_view format = "format";
// its build-id.
inline constexpr std::string_view build_id = "build_id";
// `true` if loading it disables every other live patch; null if that is not known.
inline constexpr std::string_view replace = "replace";
// the functions that it patches; null if they are not known.
inline constexpr std::string_view functions = "functions";
// in a source package: `true` if its own build adds the relations of the functions ([dependency-generator.md](dependency-generator.md)), otherwise absent.
inline constexpr std::string_view functions_follow = "functions_follow";
// the modules of the kernel that it patches.
inline constexpr std::string_view objects = "objects";
// its callbacks; null if the module does not say.
inline constexpr std::string_view callbacks = "callbacks";
// the klp states that it changes, if they were declared.
inline constexpr std::string_view states = "states";
// `true` if it uses the kernel's functions for shadow variables, otherwise absent.
inline constexpr std::string_view shadow_variables = "shadow_variables";
// `true` if it uses the kernel's functions for klp states, otherwise absent.
inline constexpr std::string_view reads_states = "reads_states";
// `true` if it was built with `KPATCH_FORCE_UNSAFE`.
inline constexpr std::string_view forced = "forced";
// the signature at the end of the file; null if there is none.
inline constexpr std::string_view signature = "signature";
// its size, in bytes.
inline constexpr std::string_view signature_size = "signature/size";
// the size of the module before it, in bytes.
inline constexpr std::string_view signature_elf_size = "signature/elf_size";
// `true` if two signatures follow each other, which kpb refuses.
inline constexpr std::string_view signature_stacked = "signature/stacked";
// how kpb had it signed; absent if kpb did not.
inline constexpr std::string_view signed_by = "signed_by";
// `command`, `sign-file` or `given` (`--signed`).
inline constexpr std::string_view signed_by_form = "signed_by/form";
// the file name of the signing program.
inline constexpr std::string_view signed_by_program = "signed_by/program";
// the hash that `sign-file` was told to use.
inline constexpr std::string_view signed_by_hash = "signed_by/hash";
} // namespace module

namespace object {
// its name.
inline constexpr std::string_view name = "name";
// the build-id of the module that the patch was made for.
inline constexpr std::string_view build_id = "build_id";
} // namespace object

namespace callback {
// `vmlinux`, or the kernel module that it belongs to.
inline constexpr std::string_view object = "object";
// when it runs, for example `pre_patch`.
inline constexpr std::string_view hook = "hook";
} // namespace callback

namespace tool {
// its name.
inline constexpr std::string_view name = "name";
// the version that it says it has.
inline constexpr std::string_view version = "version";
// where it was found.
inline constexpr std::string_view path = "path";
} // namespace tool

namespace source_file {
// its plain file name.
inline constexpr std::string_view name = "name";
// its content, relative to the workspace.
inline constexpr std::string_view stored = "stored";
// the digest of its content.
inline constexpr std::string_view sha256 = "sha256";
// the size of its content, in bytes.
inline constexpr std::string_view size = "size";
} // namespace source_file

namespace file {
// its absolute path.
inline constexpr std::string_view path = "path";
// `module`, `doc`, `data` or `dir`; only kpb sets `module`.
inline constexpr std::string_view kind = "kind";
// `module:0`, `manifest`, `modules.conf` or `input:N`; absent for `dir`.
inline constexpr std::string_view content = "content";
// what the backend packs, relative to the workspace; absent for `dir`, and for the module in a source package.
inline constexpr std::string_view stored = "stored";
// the digest of its content; absent for `dir`, for what kpb writes itself, and for the module in a source package.
inline constexpr std::string_view sha256 = "sha256";
// the size of its content, in bytes; absent if the digest is absent.
inline constexpr std::string_view size = "size";
} // namespace file

namespace relation {
// `requires`, `provides`, `conflicts` or `obsoletes`.
inline constexpr std::string_view kind = "kind";
// the package or capability.
inline constexpr std::string_view name = "name";
// `=`, `<`, `<=`, `>` or `>=`; absent if any version is meant.
inline constexpr std::string_view op = "operator";
// `[EPOCH:]V[-R]`; present if the operator is present.
inline constexpr std::string_view version = "version";
// `NAME [OPERATOR VERSION]`: the relation applies only if that is installed, which only RPM supports.
inline constexpr std::string_view condition = "condition";
// why it is there, as a word for programs: `identity`, `version`, `runtime`, `kernel`, `slot`, `stack`, `vendor`, `function`, `state`, `base`, `superseded` or `member`.
inline constexpr std::string_view role = "role";
// why it is there, as a sentence for people.
inline constexpr std::string_view because = "because";
} // namespace relation

namespace member {
// its name.
inline constexpr std::string_view name = "name";
// the kernel that it is for, as `uname -r` prints it.
inline constexpr std::string_view kernel = "kernel";
// it is required if this is installed, `NAME [OPERATOR VERSION]`.
inline constexpr std::string_view condition = "condition";
} // namespace member

namespace amendment {
// the field that was changed.
inline constexpr std::string_view field = "field";
// its value before.
inline constexpr std::string_view before = "before";
// its value now; absent if it was removed.
inline constexpr std::string_view after = "after";
// the relation that was removed.
inline constexpr std::string_view relation = "relation";
// who changed it.
inline constexpr std::string_view by = "by";
// who had set it.
inline constexpr std::string_view was_by = "was_by";
} // namespace amendment

namespace artifact {
// its format, one of `/request/formats`.
inline constexpr std::string_view format = "format";
// its final file name.
inline constexpr std::string_view name = "name";
// for an additional package beside the one of that format: its purpose, as text.
inline constexpr std::string_view beside = "beside";
// the finished file, relative to the workspace.
inline constexpr std::string_view path = "path";
// of a source package: the path of the spec inside the workspace.
inline constexpr std::string_view recipe = "recipe";
// what stands in the artifact for texts of `/package`, where that is not the same.
inline constexpr std::string_view text = "text";
// what stands for `/package/name`.
inline constexpr std::string_view text_name = "text/name";
// what stands for `/package/version`.
inline constexpr std::string_view text_version = "text/version";
// what stands for `/package/release`.
inline constexpr std::string_view text_release = "text/release";
// what stands for `/package/epoch`.
inline constexpr std::string_view text_epoch = "text/epoch";
// what stands for `/package/summary`.
inline constexpr std::string_view text_summary = "text/summary";
// what stands for `/package/description`.
inline constexpr std::string_view text_description = "text/description";
// what stands for `/package/license`.
inline constexpr std::string_view text_license = "text/license";
// what stands for `/package/group`.
inline constexpr std::string_view text_group = "text/group";
// what stands for `/package/url`.
inline constexpr std::string_view text_url = "text/url";
// what stands for `/package/packager`.
inline constexpr std::string_view text_packager = "text/packager";
// the changelog that the format makes of packager, CVEs and kernel.
inline constexpr std::string_view text_changelog = "text/changelog";
// the patched functions as the header lists them, one a line.
inline constexpr std::string_view text_functions = "text/functions";
// the artifact's relations, if the format changes those of `/relations`; null for none.
inline constexpr std::string_view relations = "relations";
// the files that the format adds to `/files`.
inline constexpr std::string_view files = "files";
} // namespace artifact

namespace plugin {
// the id in its note.
inline constexpr std::string_view id = "id";
// the version in its note.
inline constexpr std::string_view version = "version";
// the digest of its library.
inline constexpr std::string_view sha256 = "sha256";
} // namespace plugin

// What read_back() reports, kpb.read-back/1.
namespace found {
// What the field schema says.
inline constexpr std::string_view schema_name = "kpb.read-back/1";
// the format, as the plugin offers it.
inline constexpr std::string_view format = "/format";
// `true` for a source package.
inline constexpr std::string_view source = "/source";
// `true` for a package that only leads to its successor.
inline constexpr std::string_view transitional = "/transitional";
// as `/package/name`.
inline constexpr std::string_view name = "/name";
// as `/package/version`.
inline constexpr std::string_view version = "/version";
// as `/package/release`.
inline constexpr std::string_view release = "/release";
// as `/package/epoch`.
inline constexpr std::string_view epoch = "/epoch";
// as `/package/summary`.
inline constexpr std::string_view summary = "/summary";
// as `/package/description`.
inline constexpr std::string_view description = "/description";
// as `/package/license`.
inline constexpr std::string_view license = "/license";
// as `/package/group`.
inline constexpr std::string_view group = "/group";
// as `/package/url`.
inline constexpr std::string_view url = "/url";
// as `/package/packager`.
inline constexpr std::string_view packager = "/packager";
// the changelog, in the form of `/artifacts/N/text/changelog`; absent where it is not read.
inline constexpr std::string_view changelog = "/changelog";
// the patched functions as the header lists them, one a line.
inline constexpr std::string_view functions = "/functions";
// as `/package/arch`.
inline constexpr std::string_view arch = "/arch";
// the files that it installs.
inline constexpr std::string_view files = "/files";
// its relations, without those that the format adds by itself.
inline constexpr std::string_view relations = "/relations";
// how many scriptlets, triggers and maintainer scripts it has.
inline constexpr std::string_view scripts = "/scripts";
// whatever else it says that no package document can say.
inline constexpr std::string_view extras = "/extras";

namespace file {
// its absolute path.
inline constexpr std::string_view path = "path";
// `file`, `dir`, `link` or `special`.
inline constexpr std::string_view kind = "kind";
// its permissions, four octal digits.
inline constexpr std::string_view mode = "mode";
// the user that owns it.
inline constexpr std::string_view owner = "owner";
// the group that owns it.
inline constexpr std::string_view group = "group";
// what the format marks it as, words with blanks between: `doc`, `config`, `ghost`.
inline constexpr std::string_view flags = "flags";
// its Linux capabilities.
inline constexpr std::string_view capabilities = "capabilities";
} // namespace file

namespace relation {
// as in the package document.
inline constexpr std::string_view kind = "kind";
// as in the package document.
inline constexpr std::string_view name = "name";
// as in the package document.
inline constexpr std::string_view op = "operator";
// as in the package document.
inline constexpr std::string_view version = "version";
} // namespace relation
} // namespace found

// NOLINTEND(readability-identifier-naming)
// clang-format on
} // namespace kpb::fields

#endif
