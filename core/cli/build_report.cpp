// SPDX-License-Identifier: GPL-2.0-only
//
// See build_report.hpp.
#include "core/cli/build_report.hpp"

#include "core/base/text.hpp"
#include "core/cli/explain.hpp"
#include "core/model/own_fields.hpp"
#include "core/model/writer.hpp"
#include "core/series/results.hpp"
#include <kpb/sdk/views.hpp>

#include <fmt/core.h>

namespace kpb {

namespace {

namespace f = fields::result;

} // namespace

Document new_result(const std::string& command) {
  Document result;
  const Writer out(result, "");
  out.put(f::schema, f::schema_name);
  out.put(f::command, command);
  return result;
}

void put_build(Build& build, Document& result) {
  const Writer out(result, "");
  out.put_boolean(f::dry_run, build.request.dry_run);
  if (const auto& left = build.signing.left; !left.empty()) {
    out.put(f::waiting_module, left);
    out.put(f::waiting_description, left + ".json");
  }
  out.put_array(f::artifacts);
  for (const auto& variant : build.variants) {
    for (const auto& artifact : variant.artifacts) {
      const Writer entry = out.element(f::artifacts);
      entry.put(f::artifact::format, artifact.format);
      entry.put(f::artifact::name, artifact.name);
      if (!artifact.beside.empty())
        entry.put(f::artifact::beside, artifact.beside);
      if (!artifact.published.empty()) {
        entry.put(f::artifact::path, artifact.published);
        entry.put(f::artifact::sha256, artifact.sha256);
      }
    }
    Document document = variant.document;
    const auto used = build.tools.used(); // a copy: asking for a version is a use too
    for (const auto& [name, path] : used) {
      const Writer tools(document, "kpb");
      const std::string at = views::append(tools, fields::tools, views::Tool{name, path});
      tools.put(pointer(at, fields::tool::version), build.tools.version(build.workspace, name));
    }
    out.put_document(pointer(f::packages, "-"), document);
  }
}

bool write_report(Session& session, const Build& build, const std::string& path, int status) {
  Document report;
  namespace of_job = fields::report;
  const Writer out(report, "");
  out.put(of_job::schema, of_job::schema_name);
  out.put_integer(of_job::status, status);
  out.put_array(of_job::artifacts);
  for (const auto& variant : build.variants) {
    for (const auto& artifact : variant.artifacts)
      if (!artifact.published.empty())
        views::append(out, of_job::artifacts,
                      JobReport::Artifact{artifact.format, artifact.name, artifact.sha256});
    const auto& d = variant.document;
    if (const auto module = views::module_of(d); !module.sha256.empty()) {
      out.put(of_job::module_name, module.name);
      out.put(of_job::module_sha256, module.sha256);
      out.put(of_job::module_builder, d.text(fields::request_builder));
    }
  }
  session.put_diagnostics(report);
  const std::string hidden = path + ".tmp";
  auto& files = session.files();
  auto done = files.remove(hidden); // left by a run that was killed here
  done = files.write_new(hidden, report.dump(/*with_provenance=*/false), 0644, /*durable=*/true);
  if (done)
    done = files.rename(hidden, path);
  return done || fail(session.diagnostics(),
                      {.fault = Fault::environment,
                       .code = "report-write",
                       .what = fmt::format("cannot write the report {}", shown(path)),
                       .why = done.error().reason()});
}

namespace {

void tell_plan(Session& session, const Build& build) {
  for (const auto& variant : build.variants) {
    const auto& d = variant.document;
    const auto package = views::package_of(d);
    std::string text = "package  " + package.name + " " + package.version + "-" + package.release +
                       " (" + package.arch + ")\n";
    if (d.has(fields::kernel_release))
      text += "kernel   " + d.text(fields::kernel_release) + "\n";
    if (build.has_module()) {
      const std::string why = d.text(fields::request_builder_reason);
      text += "module   " + d.text(fields::module_path) + " (" + d.text(fields::module_name) +
              ")\n" + "builder  " + d.text(fields::request_builder) +
              (why.empty() ? "" : " (" + why + ")") +
              (variant.source ? ", when the source package is built" : "") + "\n";
    }
    for (const auto& artifact : variant.artifacts)
      text += "would make  " + artifact.name + " (" + artifact.format +
              (artifact.beside.empty() ? "" : ": " + artifact.beside) + ")\n";
    session.out(text);
  }
}

} // namespace

// A spec alone refers to sources that kpb wrote; this tells the user where they are before rpmbuild
// asks for them.
void note_sources(Session& session, const Build& build) {
  if (build.request.formats() != std::vector<std::string>{"rpm-spec"} || !session.terminal() ||
      build.request.output == std::optional<std::string>("-"))
    return;
  const auto& d = build.variants[0].document;
  std::vector<std::string> made;
  for (const auto& source : views::sources(d)) {
    bool given = false;
    for (const auto& input : build.inputs)
      given = given || input.name == source.name;
    if (!given)
      made.push_back(source.name);
  }
  if (made.empty())
    return;
  Diagnostic note;
  note.severity = Severity::note;
  note.code = "spec-sources";
  note.what = "to build the spec, you also need " + join(made, ", ");
  note.why = "the source package contains these files";
  note.hint = "kpb build --backend srpm makes a source package that contains the spec and these "
              "files";
  session.diagnostics().report(note);
}

void tell_waiting(Session& session, const Build& build) {
  Diagnostic note;
  note.severity = Severity::note;
  note.code = "sign-later";
  note.where = build.signing.left;
  note.what = "the module waits for its signature";
  note.why = "nothing was packaged";
  note.hint =
      "have a copy of the module signed, then run the same command with --signed COPY added";
  if (!session.quiet())
    session.diagnostics().report(note);
  if (!session.quiet() && !session.json())
    session.out(build.signing.left + "\n");
}

void tell_why(Session& session, const Build& build) {
  if (session.json()) // the result's documents contain all of it
    return;
  for (const auto& variant : build.variants) {
    const std::string formats = join(variant.formats, ", ");
    session.out("# " + formats + "\n" + explain(variant.document) +
                (build.request.dry_run
                     ? "\nThe relations depend on the module, so --dry-run cannot show them.\n"
                     : "\n"));
  }
}

void tell_build(Session& session, Build& build) {
  if (session.json())
    return;
  if (!build.request.dry_run)
    note_sources(session, build);
  if (build.request.dry_run) {
    tell_plan(session, build);
    return;
  }
  for (const auto& variant : build.variants)
    for (const auto& artifact : variant.artifacts) {
      if (artifact.published == "-") {
        const auto text = build.workspace.read(artifact.path, UINT64_MAX);
        if (text)
          session.out(*text);
        else
          fail(session.diagnostics(), {.fault = Fault::environment,
                                       .code = "output-write",
                                       .where = artifact.name,
                                       .what = "it cannot be read back",
                                       .why = text.error().reason()});
      } else if (!session.quiet()) {
        session.out_path(artifact.published);
      }
    }
}

} // namespace kpb
