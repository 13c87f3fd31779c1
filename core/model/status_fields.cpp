// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of what `kpb-reconcile status --json` prints. That program is static and writes them by itself
// (core/programs/reconcile/status_text.cpp); a test holds what it prints to the schema.
#include "core/model/fields.hpp"

namespace kpb {

namespace {

constexpr FieldRow k_rows[] = {
    own_row("/schema", is_text, "`kpb.status/1`"),
    own_row("/kernel", is_text, "the release of the running kernel; absent where nothing runs"),
    own_row("/kernels", is_array,
            "of another root in which nothing runs: the kernels that can be booted there"),
    own_row("/kernels/N", is_text, "a kernel's release"),
    own_row("/idle", is_text, "why nothing is loaded here; absent otherwise"),
    own_row("/unknown", is_array,
            "what could not be seen, so that the rest may be wrong; absent where all could",
            "unknown"),
    own_row("/unknown/N", is_object, "one thing"),
    own_row("/unknown/N/where", is_text, "the path of it; absent where the text says it"),
    own_row("/unknown/N/text", is_text, "why it could not be seen"),
    own_row("/status", is_integer, "the exit status"),
    own_row("/patches", is_array, "the patches that are installed or loaded", "patch"),
    own_row("/patches/N", is_object, "one patch"),
    own_row("/patches/N/state", is_text, "its state"),
    own_row("/patches/N/module", is_text, "the module's name"),
    own_row("/patches/N/package", is_text, "the package's name"),
    own_row("/patches/N/version", is_text, "the package's version and release"),
    own_row("/patches/N/kernel", is_text, "the release of the kernel that it is for"),
    own_row("/patches/N/file", is_text, "where the module is installed"),
    own_row("/patches/N/replace", is_boolean, "whether it replaces every other live patch"),
    own_row("/patches/N/why", is_object, "why it is in that state"),
    own_row("/patches/N/why/code", is_text, "a stable word for programs"),
    own_row("/patches/N/why/text", is_text, "a sentence for people"),
    own_row("/patches/N/functions", is_array, "the functions that it patches"),
    own_row("/patches/N/functions/N", is_text, "`OBJECT:FUNCTION:N`"),
    own_row("/patches/N/cves", is_array, "the CVEs that it fixes"),
    own_row("/patches/N/cves/N", is_text, "a CVE"),
    own_row(
        "/patches/N/crashes", is_integer,
        "how often in a row the machine crashed while or shortly after it was loaded; absent for none"),
    own_row("/patches/N/crash_limit", is_integer, "how many crashes in a row take it away"),
    own_row("/patches/N/objects", is_array, "the parts of the kernel that it patches", "object"),
    own_row("/patches/N/objects/N", is_object, "one part"),
    own_row("/patches/N/objects/N/name", is_text, "`vmlinux`, or a module's name"),
    own_row("/patches/N/objects/N/loaded", is_boolean, "whether it is loaded"),
    own_row("/patches/N/objects/N/patched", is_boolean, "whether the patch is in force there"),
    own_row("/patches/N/tasks", is_array, "the tasks that it waits for", "task"),
    own_row("/patches/N/tasks/N", is_object, "one task"),
    own_row("/patches/N/tasks/N/pid", is_integer, "its process id"),
    own_row("/patches/N/tasks/N/name", is_text, "its name"),
    own_row("/patches/N/tasks/N/where", is_text, "the function of the kernel that it waits in"),
};

} // namespace

const FieldTable k_status_fields = {"kpb.status/1", "What `kpb-reconcile status --json` prints",
                                    nullptr, k_rows};

} // namespace kpb
