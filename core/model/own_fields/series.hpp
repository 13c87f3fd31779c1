// SPDX-License-Identifier: GPL-2.0-only
//
// Fields of documents that plugins do not see, of core/model/own_fields.hpp. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
#ifndef KPB_CORE_MODEL_OWN_FIELDS_SERIES_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_SERIES_HPP

#include <kpb/sdk/pointer.hpp>

#include <string_view>

namespace kpb::fields {
// clang-format off
// NOLINTBEGIN(readability-identifier-naming): a constant is called what its field is

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

// NOLINTEND(readability-identifier-naming)
// clang-format on
} // namespace kpb::fields

#endif
