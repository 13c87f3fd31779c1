// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the description that `--sign-later` puts beside a module.
#include "core/model/fields.hpp"

namespace kpb {

namespace {

constexpr FieldRow k_rows[] = {
    own_row("/schema", is_text, "`kpb.awaiting/1`"),
    own_row("/module", is_object, "the module that waits for its signature"),
    own_row("/module/file", is_text, "its file name"),
    own_row("/module/name", is_text, "its own name"),
    own_row("/module/sha256", is_text, "the digest of its content"),
    own_row("/module/size", is_integer, "the size of its content, in bytes"),
    own_row("/kernel", is_text, "the release of the kernel that it is for"),
    own_row("/package", is_text, "the name of the package that it is to go into"),
    own_row("/request_digest", is_text, "tells whether a later request is the same"),
    own_row("/made_from", is_array, "the fields that the digest covers", "origin"),
    own_row("/made_from/N", is_object, "one field"),
    own_row("/made_from/N/what", is_text, "a pointer of the package document"),
    own_row("/made_from/N/value", is_text, "the value there"),
    own_row("/build", is_object, "as the builder left it, in the package document"),
    own_row("/build/replace", is_boolean, "as there"),
    own_row("/build/tools", is_array, "as there", "tool"),
    own_row("/build/tools/N", is_object, "one tool"),
    own_row("/build/tools/N/name", is_text, "as there"),
    own_row("/build/tools/N/version", is_text, "as there"),
};

} // namespace

const FieldTable k_awaiting_fields = {"kpb.awaiting/1",
                                      "The description of a module that waits for its signature",
                                      "awaiting", k_rows};

} // namespace kpb
