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
#include <set>

namespace kpb::deb {
namespace {

constexpr const char* k_format = "deb";

std::string path_of(const Deb& deb) { return "deb/" + deb.file_name; }

// Where a deb says something else than the document, or more, the host compares with this.
void report_texts(const Deb& deb, const std::string& entry, const sdk::Sink& out) {
  namespace artifact = fields::artifact;
  const auto put = [&](std::string_view text, std::string_view value) {
    out.put(pointer(entry, text), value);
  };
  put(artifact::text_name, deb.name);
  put(artifact::text_summary, deb.summary);
  put(artifact::text_description, text_of_control_lines(deb.description));
  put(artifact::text_packager, deb.maintainer);
  put(artifact::text_url, deb.homepage);
  put(artifact::text_license, ""); // it stands in the file copyright
  put(artifact::text_group, "");
  std::string functions;
  for (const auto& function : deb.functions)
    functions += (functions.empty() ? "" : "\n") + function;
  put(artifact::text_functions, functions);
  if (deb.beside.empty())
    return;
  const size_t colon = deb.version.find(':');
  const size_t dash = deb.version.rfind('-');
  const size_t start = colon == std::string::npos ? 0 : colon + 1;
  put(artifact::text_epoch, deb.version.substr(0, start == 0 ? 0 : colon));
  put(artifact::text_version, deb.version.substr(start, dash - start));
  put(artifact::text_release, deb.version.substr(dash + 1));
}

void report_relations(const Deb& deb, const std::string& entry, const sdk::Sink& out) {
  const std::string list = pointer(entry, fields::artifact::relations);
  if (deb.relations.empty())
    out.put(list, sdk::kind_value(KPB_KIND_NULL));
  for (const auto& relation : deb.relations)
    views::append(out, list, relation);
}

void report_own_files(const Deb& deb, const sdk::Document& document, const std::string& entry,
                      const sdk::Sink& out) {
  std::set<std::string> of_document;
  if (deb.beside.empty())
    for (const auto& file : views::files(document))
      of_document.insert(file.path);
  for (const auto& file : deb.files) {
    if (of_document.count(file.path) != 0)
      continue;
    views::File own{file.path, file.kind};
    if (file.kind != "dir")
      own.sha256 = sha256(file.content);
    views::append(out, pointer(entry, fields::artifact::files), own);
  }
}

void report(const Plan& plan, const sdk::Document& document, const sdk::Sink& out, bool made) {
  for (const auto& deb : plan.debs) {
    const std::string entry = views::append(
        out, fields::artifacts,
        views::Artifact{k_format, deb.file_name, deb.beside, made ? path_of(deb) : "", {}});
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
                              document.integer(fields::source_date_epoch)),
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
