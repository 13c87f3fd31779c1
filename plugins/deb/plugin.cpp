// SPDX-License-Identifier: GPL-2.0-only
//
// The door of the plugin: binary debs, written and read in process. See README.md for the files behind it.
#include "control.hpp"
#include "control_text.hpp"
#include "digest.hpp"
#include "package_writer.hpp"
#include "plan.hpp"
#include "read_back.hpp"

#include <kpb/sdk.hpp>

#include <cstring>

namespace kpb::deb {
namespace {

constexpr const char* k_format = "deb";

std::string path_of(const Deb& deb) { return "deb/" + deb.file_name; }

// Where a deb says something else than the document, or more, the host compares with this.
void report_texts(const Deb& deb, const std::string& entry, const sdk::Sink& out) {
  out.put(entry + "/text/name", deb.name);
  out.put(entry + "/text/summary", deb.summary);
  out.put(entry + "/text/description", text_of_control_lines(deb.description));
  out.put(entry + "/text/packager", deb.maintainer);
  out.put(entry + "/text/url", deb.homepage);
  out.put(entry + "/text/license", ""); // it stands in the file copyright
  out.put(entry + "/text/group", "");
  std::string functions;
  for (const auto& function : deb.functions)
    functions += (functions.empty() ? "" : "\n") + function;
  out.put(entry + "/text/functions", functions);
  if (deb.beside.empty())
    return;
  const size_t colon = deb.version.find(':');
  const size_t dash = deb.version.rfind('-');
  const size_t start = colon == std::string::npos ? 0 : colon + 1;
  out.put(entry + "/text/epoch", deb.version.substr(0, start == 0 ? 0 : colon));
  out.put(entry + "/text/version", deb.version.substr(start, dash - start));
  out.put(entry + "/text/release", deb.version.substr(dash + 1));
}

void report_relations(const Deb& deb, const std::string& entry, const sdk::Sink& out) {
  if (deb.relations.empty())
    out.put(entry + "/relations", sdk::kind_value(KPB_KIND_NULL));
  for (const auto& relation : deb.relations) {
    const std::string at = out.append(entry + "/relations");
    out.put(at + "/kind", relation.kind);
    out.put(at + "/name", relation.name);
    if (relation.comparison.empty())
      continue;
    out.put(at + "/operator", relation.comparison);
    out.put(at + "/version", relation.version);
  }
}

void report_own_files(const Deb& deb, const sdk::Document& document, const std::string& entry,
                      const sdk::Sink& out) {
  const auto of_document = [&](const std::string& path) {
    for (size_t i = 0; deb.beside.empty() && i < document.size("/files"); ++i)
      if (document.text("/files/" + std::to_string(i) + "/path") == path)
        return true;
    return false;
  };
  for (const auto& file : deb.files) {
    if (of_document(file.path))
      continue;
    const std::string at = out.append(entry + "/files");
    out.put(at + "/path", file.path);
    out.put(at + "/kind", file.kind);
    if (file.kind != "dir")
      out.put(at + "/sha256", sha256(file.content));
  }
}

void report(const Plan& plan, const sdk::Document& document, const sdk::Sink& out, bool made) {
  for (const auto& deb : plan.debs) {
    const std::string entry = out.append("/artifacts");
    out.put(entry + "/format", k_format);
    out.put(entry + "/name", deb.file_name);
    if (!deb.beside.empty())
      out.put(entry + "/beside", deb.beside);
    if (made)
      out.put(entry + "/path", path_of(deb));
    if (plan.described ||
        !deb.beside.empty()) // what a transitional package leads to is known before
      report_relations(deb, entry, out);
    if (!plan.described)
      continue;
    report_texts(deb, entry, out);
    report_own_files(deb, document, entry, out);
  }
}

Contents contents_of(const Deb& deb, const sdk::Host& host, const sdk::Sink& out) {
  Contents contents;
  for (const auto& file : deb.files)
    if (file.kind != "dir")
      contents[file.path] = file.stored.empty() ? file.content : host.read(file.stored, out);
  return contents;
}

// The setting speaks of what RPM's kernels provide. A deb of the same run must not pretend to obey it.
void warn_of_settings(const sdk::Document& document, const sdk::Sink& out) {
  const auto given = document.text("/settings/kernel-requires");
  if (!given.empty() && given != "none")
    out.warn(
        {.code = "deb-kernel-requires",
         .what =
             "the deb ignores kernel-requires=" + std::string(given) +
             ": a deb only enhances its kernel's package; with strict-kernel=yes, it depends on it",
         .hint = "leave the setting out, or make RPMs alone"});
}

class DebBackend : public sdk::Backend {
public:
  void plan(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    report(make_plan(host, document, out), document, out, false);
  }

  void render(const sdk::Host& host, const sdk::Document& document, const sdk::Sink& out) override {
    const Plan plan = make_plan(host, document, out);
    warn_of_settings(document, out);
    for (const auto& deb : plan.debs) {
      const Contents contents = contents_of(deb, host, out);
      const std::string control = control_of(deb, contents, host, out);
      host.write(path_of(deb),
                 make_package(deb, contents, control, plan.compression,
                              document.integer("/source_date_epoch")),
                 out);
    }
    report(plan, document, out, true);
  }

  void read_back(const sdk::Host&, std::string_view path, const sdk::Sink& out) override {
    read_back_package(path, out);
  }
};

const void* get_interface(const char* wanted) {
  return std::strcmp(wanted, KPB_BACKEND_1) == 0
             ? sdk::backend_table<&sdk::make_backend<DebBackend>>()
             : nullptr;
}

} // namespace
} // namespace kpb::deb

KPB_EXPORT_PLUGIN("org.kpb.deb", "0.1.0", KPB_OFFER_BACKEND("deb", ".deb"),
                  &kpb::deb::get_interface);
