// SPDX-License-Identifier: GPL-2.0-only
//
// See read_subject.hpp. An RPM's relations are those of its header, because that is what solvers
// see. A deb's are taken from its manifest, where they have not been reduced to what debs can
// express. A bare module gets those that its package would have.
#include "core/conflicts/read_subject.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/diag/from_sdk.hpp"
#include "core/model/document.hpp"
#include <kpb/policy/relations.hpp>

#include <algorithm>

namespace kpb {

namespace {

std::string in_kernel(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void put_relations(const Document& from, Subject& out) {
  const size_t count = from.size("/relations");
  out.relations.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const std::string at = pointer("/relations", i);
    // Only metapackages have conditional relations, and those exclude nothing.
    if (from.text(at + "/condition").empty())
      out.relations.push_back({from.text(at + "/kind"), from.text(at + "/name"),
                               from.text(at + "/operator"), from.text(at + "/version")});
  }
}

void put_modules(const FileReport& report, Subject& out) {
  for (const auto& module : report.modules) {
    const auto kernel = module.facts.kernel_release();
    out.modules.push_back(
        {in_kernel(module.facts.name().value_or("")), kernel.value_or(""), module.sha256});
    if (out.kernel.empty())
      out.kernel = kernel.value_or("");
    for (const auto& f : module.facts.functions.value_or(std::vector<PatchedFunction>{}))
      out.functions.insert(f.object + ":" + f.function + ":" + std::to_string(f.position));
  }
}

// Takes what the packager declared: a hand-written module's functions, and whether it replaces.
void put_declared(const Document& manifest, Subject& out) {
  out.replace = manifest.boolean("/modules/0/replace");
  if (const auto kernel = manifest.text("/kernel/release"); !kernel.empty())
    out.kernel = kernel;
  for (size_t i = 0; i < manifest.size("/modules/0/functions"); ++i) {
    const std::string at = pointer("/modules/0/functions", i);
    out.functions.insert(manifest.text(at + "/object") + ":" + manifest.text(at + "/name") + ":" +
                         std::to_string(manifest.integer(at + "/position").value_or(1)));
  }
}

bool relate_module(const std::string& path, const FileReport& report, std::optional<bool> replace,
                   Subject& out, DiagnosticSink& sink) {
  const auto& facts = report.modules[0].facts;
  if (!facts.livepatch)
    return fail(sink, {.fault = Fault::input,
                       .code = "not-a-livepatch",
                       .where = path,
                       .what = "it is an ordinary module",
                       .hint = "kpb conflicts compares live patches"});
  if (!replace)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "replace-unknown",
         .where = path,
         .what = "whether it replaces every other live patch stands in no module file",
         .hint =
             "say it of the modules that you name: --replace or --no-replace; or name packages"});
  if (!*replace && !facts.functions)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "functions-unknown",
         .where = path,
         .what = "the file does not say what it patches",
         .hint = "make a package of it first: kpb build --module FILE --function OBJECT:FUNCTION"});
  policy::Facts wanted;
  wanted.kernel = policy::kernel_of(out.kernel);
  wanted.name = path;
  wanted.version = wanted.release = "1";
  wanted.replace = replace;
  for (const auto& f : facts.functions.value_or(std::vector<PatchedFunction>{}))
    wanted.functions.push_back({f.object, f.function, f.position});
  const auto all = policy::relations_of(wanted);
  if (!all)
    return fail(sink, from_sdk(all.error(), path));
  for (const auto& r : *all)
    out.relations.push_back({r.kind, r.name, r.op, r.version});
  out.replace = replace;
  return true;
}

} // namespace

std::optional<Subject> subject_of(const std::string& path, const FileReport& report,
                                  std::optional<bool> replace, DiagnosticSink& sink) {
  Subject out;
  out.file = path;
  put_modules(report, out);
  if (!report.package) {
    out.format = "module";
    out.arch = report.modules[0].facts.machine;
    out.sha256 = report.modules[0].sha256;
    if (!relate_module(path, report, replace, out, sink))
      return std::nullopt;
    return out;
  }
  const auto& h = report.header;
  if (h.boolean("/source").value_or(false)) {
    fail(sink, {.fault = Fault::input,
                .code = "source-package",
                .where = path,
                .what = "it is a source package",
                .why = "what it will conflict with is known when it is built",
                .hint = "name the package that is built from it"});
    return std::nullopt;
  }
  out.format = h.text("/format") == "deb" ? "deb" : "rpm";
  out.package = h.text("/name");
  const std::string epoch = h.has("/epoch") ? h.text("/epoch") : "";
  out.evr = (epoch.empty() ? "" : epoch + ":") + h.text("/version") +
            (h.text("/release").empty() ? "" : "-" + h.text("/release"));
  const auto manifest = manifest_of(report);
  if (manifest)
    put_declared(*manifest, out);
  out.arch = out.format == "deb" && manifest ? manifest->text("/package/arch") : h.text("/arch");
  if (out.arch == "all")
    out.arch = "noarch";
  put_relations(out.format == "deb" && manifest ? *manifest : h, out);
  std::string installed;
  for (const auto& [file, digest] : report.digests)
    installed += file + "\n" + digest + "\n";
  out.sha256 = sha256_hex(installed);
  return out;
}

} // namespace kpb
