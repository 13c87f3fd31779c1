// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of the descriptions in the store of prepared kernels.
#include "core/model/fields.hpp"

namespace kpb {

namespace {

constexpr FieldRow k_kernel_rows[] = {
    own_row("/schema", is_text, "`kpb.kernel/1`"),
    own_row("/release", is_text, "its release"),
    own_row("/arch", is_text, "its architecture"),
    own_row("/key", is_text, "the digest of all that it was made from"),
    own_row("/created", is_text, "when it was prepared, in UTC"),
    own_row("/root", is_text, "the root whose compiler it is built with; empty for the host's own"),
    own_row("/source", is_object, "its source"),
    own_row("/source/kind", is_text, "what kind of source was given"),
    own_row("/source/digest", is_text, "the digest of the source tree"),
    own_row("/source/version", is_text, "the version that its Makefile says"),
    own_row("/source/files", is_integer, "how many files it has"),
    own_row("/config", is_object, "its configuration"),
    own_row("/config/sha256", is_text, "the digest of the file"),
    own_row("/vmlinux", is_object, "its vmlinux"),
    own_row("/vmlinux/sha256", is_text, "the digest of the file"),
    own_row("/vmlinux/size", is_integer, "its size, in bytes"),
    own_row("/vmlinux/release", is_text, "the release that it says it is"),
    own_row("/vmlinux/build_id", is_text, "its build-id"),
    own_row("/vmlinux/compiler", is_text, "the compiler that it says it was built with"),
    own_row("/vmlinux/debug_info", is_boolean, "whether it has debug information"),
    own_row("/symvers", is_object, "its `Module.symvers`, where one was given"),
    own_row("/symvers/sha256", is_text, "the digest of the file"),
    own_row("/toolchain", is_object, "the compiler in the root"),
    own_row("/toolchain/identity", is_text, "the digest of what a build with it depends on"),
    own_row("/toolchain/compiler", is_text, "what the compiler says it is"),
    own_row("/modules", is_array, "its modules, where they were given", "module"),
    own_row("/modules/N", is_object, "one module"),
    own_row("/modules/N/name", is_text, "its name"),
    own_row("/modules/N/sha256", is_text, "the digest of the file"),
    own_row("/modules/N/build_id", is_text, "its build-id"),
};

constexpr FieldRow k_known_inputs_rows[] = {
    own_row("/schema", is_text, "`kpb.known-inputs/1`"),
    own_row("/key", is_text, "the key of the kernel that these inputs make"),
    own_row("/warnings", is_array, "what was said when they were read", "warning"),
    own_row("/warnings/N", is_object, "one warning"),
    own_row("/warnings/N/code", is_text, "its code"),
    own_row("/warnings/N/where", is_text, "where"),
    own_row("/warnings/N/what", is_text, "what"),
    own_row("/warnings/N/why", is_text, "why"),
    own_row("/warnings/N/hint", is_text, "what to do"),
};

constexpr FieldRow k_template_rows[] = {
    own_row("/schema", is_text, "`kpb.template/1`"),
    own_row("/kernel", is_text, "the id of the prepared kernel"),
    own_row("/key", is_text, "the digest of all that it was compiled from"),
    own_row("/builder", is_text, "the builder that compiled it"),
    own_row("/depends_on_sha256", is_text, "the digest of what the builder says it depends on"),
};

} // namespace

const FieldTable k_kernel_fields = {"kpb.kernel/1", "`kernel.json` of a prepared kernel",
                                    "prepared", k_kernel_rows};
const FieldTable k_known_inputs_fields = {
    "kpb.known-inputs/1", "The inputs that a prepared kernel is known to be made from",
    "known_inputs", k_known_inputs_rows};
const FieldTable k_template_fields = {
    "kpb.template/1", "`template.json` of a compiled original kernel", "original", k_template_rows};

} // namespace kpb
