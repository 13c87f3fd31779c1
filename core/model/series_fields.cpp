// SPDX-License-Identifier: GPL-2.0-only
//
// The fields of what a series writes: series.json, the events of a run, and a job's report.
#include "core/model/fields.hpp"

namespace kpb {

namespace {

constexpr FieldRow k_series_rows[] = {
    own_row("/schema", is_text, "`kpb.series/1`"),
    own_row("/cells", is_array, "the cells, in the order of the manifest", "cell"),
    own_row("/cells/N", is_object, "one cell"),
    own_row("/cells/N/cell", is_text, "its name, `PACKAGE@KERNEL`"),
    own_row("/cells/N/package", is_text, "the package of the manifest"),
    own_row("/cells/N/kernel", is_text, "the kernel's release"),
    own_row("/cells/N/arch", is_text, "the kernel's architecture"),
    own_row("/cells/N/state", is_text,
            "`done`, or why it is not: for example `failed` or `left out`"),
    own_row("/cells/N/why", is_text, "why it is not done"),
    own_row("/cells/N/name", is_text, "the package's name"),
    own_row("/cells/N/version", is_text, "the package's version and release"),
    own_row("/cells/N/module", is_text, "the module's name"),
    own_row("/cells/N/identity", is_text, "the digest of all that the result depends on"),
    own_row("/cells/N/log", is_text, "the log of a failed one, relative to the result directory"),
    own_row("/cells/N/artifacts", is_array, "its artifacts", "artifact"),
    own_row("/cells/N/artifacts/N", is_object, "one artifact"),
    own_row("/cells/N/artifacts/N/path", is_text, "its path in the result directory"),
    own_row("/cells/N/artifacts/N/sha256", is_text, "the digest of its content"),
};

constexpr FieldRow k_event_rows[] = {
    own_row("/event", is_text, "`planned`, `started` or `ended`"),
    own_row("/cells", is_integer, "of `planned`: how many cells"),
    own_row("/to_do", is_integer, "of `planned`: how many of them have to be built"),
    own_row("/job", is_text, "of the others: the job's name"),
    own_row("/state", is_text, "of `ended`: how"),
    own_row("/milliseconds", is_integer, "of `ended`: how long it took"),
    own_row("/why", is_text, "of `ended`: why it failed; absent where it did not"),
};

constexpr FieldRow k_report_rows[] = {
    own_row("/schema", is_text, "`kpb.report/1`"),
    own_row("/status", is_integer, "the job's exit status"),
    own_row("/artifacts", is_array, "the artifacts that it made", "artifact"),
    own_row("/artifacts/N", is_object, "one artifact"),
    own_row("/artifacts/N/format", is_text, "its format"),
    own_row("/artifacts/N/name", is_text, "its file name"),
    own_row("/artifacts/N/sha256", is_text, "the digest of its content"),
    own_row("/module", is_object, "the module in them; absent in source packages"),
    own_row("/module/name", is_text, "its name"),
    own_row("/module/sha256", is_text, "the digest of its content"),
    own_row("/module/builder", is_text, "the builder that made it"),
    own_row("/diagnostics", is_array, "the job's messages", "diagnostic"),
    own_row("/diagnostics/N", is_object, "one message, as in `kpb.result/1`"),
    own_row("/diagnostics/N/severity", is_text, "as there"),
    own_row("/diagnostics/N/code", is_text, "as there"),
    own_row("/diagnostics/N/origin", is_text, "as there"),
    own_row("/diagnostics/N/message", is_text, "as there"),
    own_row("/diagnostics/N/hint", is_text, "as there"),
};

} // namespace

const FieldTable k_series_fields = {"kpb.series/1", "`series.json`, the result of a series",
                                    "series", k_series_rows};
const FieldTable k_event_fields = {"", "A line of `kpb series build --events`", "event",
                                   k_event_rows};
const FieldTable k_report_fields = {"kpb.report/1", "The report of a series' job", "report",
                                    k_report_rows};

} // namespace kpb
