// SPDX-License-Identifier: GPL-2.0-only
//
// Fields of documents that plugins do not see, of core/model/own_fields.hpp. Printed by kpb-fields from
// core/model/*_fields.cpp: do not edit it, CONTRIBUTING.md says how it is made.
#ifndef KPB_CORE_MODEL_OWN_FIELDS_AWAITING_HPP
#define KPB_CORE_MODEL_OWN_FIELDS_AWAITING_HPP

#include <kpb/sdk/pointer.hpp>

#include <string_view>

namespace kpb::fields {
// clang-format off
// NOLINTBEGIN(readability-identifier-naming): a constant is called what its field is

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

// NOLINTEND(readability-identifier-naming)
// clang-format on
} // namespace kpb::fields

#endif
