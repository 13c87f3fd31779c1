// SPDX-License-Identifier: GPL-2.0-only
//
// Fields of documents that plugins do not see, of core/model/own_fields.hpp. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
#ifndef KPB_CORE_MODEL_OWN_FIELDS_KERNEL_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_KERNEL_HPP

#include <kpb/sdk/pointer.hpp>

#include <string_view>

namespace kpb::fields {
// clang-format off
// NOLINTBEGIN(readability-identifier-naming): a constant is called what its field is

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

// NOLINTEND(readability-identifier-naming)
// clang-format on
} // namespace kpb::fields

#endif
