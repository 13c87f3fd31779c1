// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-reconcile writes its JSON without the document, so nothing but this holds it to the table of fields: a report
// that says all that can be said has the fields of the table, all of them and no other.
#include "core/model/document.hpp"
#include "core/model/field_index.hpp"
#include "core/programs/reconcile/status.hpp"

#include <catch2/catch_test_macros.hpp>

#include <set>

using namespace kpb;

namespace {

unsigned kind_of(Document::Kind kind) {
  switch (kind) {
  case Document::Kind::absent: return 0;
  case Document::Kind::null: return is_null;
  case Document::Kind::boolean: return is_boolean;
  case Document::Kind::integer: return is_integer;
  case Document::Kind::text: return is_text;
  case Document::Kind::array: return is_array;
  case Document::Kind::object: return is_object;
  }
  return 0;
}

// The rows of what lies below `path`; what has none, or is of another kind, goes to `strangers`.
void look(const Document& d, const std::string& path, const FieldIndex& index,
          std::set<const FieldRow*>& seen, std::set<std::string>& strangers) {
  for (size_t i = 0; i < d.size(path); ++i) {
    const std::string below =
        d.kind(path) == Document::Kind::array ? pointer(path, i) : path + "/" + d.key(path, i);
    const FieldRow* row = index.find(below);
    if (row == nullptr || (row->kinds & kind_of(d.kind(below))) == 0)
      strangers.insert(below);
    else
      seen.insert(row);
    look(d, below, index, seen, strangers);
  }
}

runtime::StatusReport full_report() {
  runtime::Row row;
  row.state = runtime::State::stalled;
  row.module = "kpatch_fix_1_1";
  row.package = "kpatch-module-fix";
  row.version = "1-1";
  row.kernel = "6.1.0-56-amd64";
  row.file = "/var/lib/kpatch/6.1.0-56-amd64/kpatch-fix-1-1.ko";
  row.replace = runtime::Replace::yes;
  row.why.code = "stalled";
  row.why.why = "tasks sleep in it";
  row.functions = {"vmlinux:f:1"};
  row.cves = {"CVE-2024-1086"};
  row.objects = {{"vmlinux", true, true, {}}};
  row.tasks = {{1, "init", "do_wait"}};
  row.crashes = 1;
  row.crash_limit = 3;
  runtime::StatusReport report;
  report.kernel = row.kernel;
  report.kernels = {row.kernel};
  report.unknown = {{"/run/kpb", "Permission denied"}};
  report.idle = "it is switched off";
  report.exit_status = 1;
  report.rows = {row};
  return report;
}

} // namespace

TEST_CASE("status: what kpb-reconcile prints is as the table of fields says") {
  CollectingSink heard;
  const auto told =
      Document::parse(runtime::status_json(full_report()), "status", heard, k_status_fields.schema);
  REQUIRE(told);
  std::set<const FieldRow*> seen;
  std::set<std::string> strangers;
  look(*told, "", FieldIndex(k_status_fields), seen, strangers);
  CHECK(strangers.empty());
  for (const auto& row : k_status_fields.rows) {
    INFO(row.path);
    CHECK(seen.count(&row) == 1);
  }
}

TEST_CASE("status: a field that is not in the table is seen") {
  Document d;
  d.put_text("/patches/0/modul", "x", "");
  d.put_text("/status", "1", "");
  std::set<const FieldRow*> seen;
  std::set<std::string> strangers;
  look(d, "", FieldIndex(k_status_fields), seen, strangers);
  CHECK(strangers == std::set<std::string>{"/patches/0/modul", "/status"});
}
