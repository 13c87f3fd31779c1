// SPDX-License-Identifier: GPL-2.0-only
//
// The one table of the fields of kpb's documents. A row is the only definition of a field: where it stands, of
// which kind it is, who may write it, whether it goes into the package, and what it means. From the table follow
// what a plugin may write, what goes into manifest.json, the constants of the SDK (kpb/sdk/fields.hpp), the tables
// in docs/document.md and the JSON Schemas; kpb-fields (core/programs/fields) prints the last three.
#ifndef KPB_CORE_MODEL_FIELDS_HPP
#define KPB_CORE_MODEL_FIELDS_HPP

#include <span>

namespace kpb {

enum FieldKind : unsigned {
  is_text = 1,
  is_integer = 2,
  is_boolean = 4,
  is_null = 8,
  is_array = 16,
  is_object = 32,
};

// Who writes a field: kpb itself, or one of a plugin's functions.
enum FieldWriter : unsigned {
  by_kpb = 1,         // what kpb works out
  by_user = 2,        // what the command line or a series' manifest says
  by_inspection = 4,  // what the module's file says
  by_kernel = 8,      // what the prepared kernel's description says
  by_name = 16,       // policy: name()
  by_describe = 32,   // policy: describe()
  by_build = 64,      // builder: build()
  by_sources = 128,   // builder: sources()
  by_backend = 256,   // backend: plan() and render()
  by_read_back = 512, // backend: read_back()
};

enum FieldPlace {
  packaged, // it goes into manifest.json
  run_only, // it belongs to this run: the packaged manifest does not have it
  compared, // of what read_back() reports: it must equal the field of that name of /package
};

struct FieldTable;

struct FieldRow {
  // A JSON pointer in which N is the index of an array, KEY any name of a member, REVERSE.DNS a domain, and a
  // final "..." whatever lies below.
  const char* path;
  unsigned kinds;
  unsigned writers; // of a list or object: who may append to it, or take all of it away
  FieldPlace place;
  const char* meaning; // one sentence, in Markdown, without its final stop
  // Of an array of objects: what one entry is called, for the names of the constants.
  const char* entry = nullptr;
  // Of an object that has the fields of another table too.
  const FieldTable* holds = nullptr;
};

// A row of a document that kpb alone writes.
constexpr FieldRow own_row(const char* path, unsigned kinds, const char* meaning,
                           const char* entry = nullptr, const FieldTable* holds = nullptr) {
  return {path, kinds, by_kpb, run_only, meaning, entry, holds};
}

struct FieldTable {
  const char* schema; // as its field /schema says; "" where it has none
  const char* title;  // what such a document is, for people
  // The namespace of its constants inside kpb::fields; "" for the package document, null for none.
  const char* constants;
  std::span<const FieldRow> rows;
};

extern const FieldTable k_package_fields;
extern const FieldTable k_read_back_fields; // what a backend's read_back() reports
// What kpb tells other programs.
extern const FieldTable k_result_fields;      // --json
extern const FieldTable k_module_file_fields; // a module in it
extern const FieldTable k_series_fields;      // series.json
extern const FieldTable k_event_fields;       // a line of `kpb series build --events`
extern const FieldTable k_status_fields;      // kpb-reconcile status --json
// What kpb writes for itself.
extern const FieldTable k_awaiting_fields;     // beside a module that waits for its signature
extern const FieldTable k_kernel_fields;       // kernel.json of a prepared kernel
extern const FieldTable k_known_inputs_fields; // what a prepared kernel was found to be made from
extern const FieldTable k_template_fields;     // template.json of a compiled original kernel
extern const FieldTable k_report_fields;       // of a series' job to its run

} // namespace kpb

#endif
