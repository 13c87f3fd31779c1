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
#include <kpb/sdk/names.hpp>

#include <algorithm>

namespace kpb {

namespace {

// "kpatch-func(K/dm-mod:f:1)", as an older package or a foreign one may say it: the kernel has dm_mod.
std::string in_kernel_form(const std::string& name) {
  if (!name.starts_with("kpatch-func(") || !name.ends_with(')'))
    return name;
  const size_t slash = name.find('/');
  if (slash == std::string::npos)
    return name;
  const auto function =
      views::parse_function(std::string_view(name).substr(slash + 1, name.size() - slash - 2));
  return function ? name.substr(0, slash + 1) + views::text_of(*function) + ")" : name;
}

void put_relations(const Document& from, std::string_view list, Subject& out) {
  // A conditional relation is only in a metapackage, and excludes nothing.
  for (const auto& r : views::relations(from, list))
    if (r.condition.empty())
      out.relations.push_back({r.kind, in_kernel_form(r.name), r.op, r.version});
}

void put_modules(const FileReport& report, Subject& out) {
  for (const auto& module : report.modules) {
    const auto kernel = module.facts.kernel_release();
    out.modules.push_back(
        {kernel_form(module.facts.name().value_or("")), kernel.value_or(""), module.sha256});
    if (out.kernel.empty())
      out.kernel = kernel.value_or("");
    for (const auto& f : module.facts.functions.value_or(std::vector<PatchedFunction>{}))
      out.functions.insert(text_of(f));
  }
}

// Takes what the packager declared: a hand-written module's functions, and whether it replaces.
void put_declared(const Document& manifest, Subject& out) {
  out.replace = manifest.boolean(fields::module_replace);
  if (const auto kernel = manifest.text(fields::kernel_release); !kernel.empty())
    out.kernel = kernel;
  for (const auto& function : views::functions(manifest))
    out.functions.insert(text_of(function));
}

bool relate_module(const std::string& path, const FileReport& report, std::optional<bool> replace,
                   Subject& out, DiagnosticSink& sink) {
  const auto& facts = report.modules[0].facts;
  if (!facts.livepatch)
    return fail(sink, {.fault = Fault::input,
                       .code = "not-a-livepatch",
                       .where = path,
                       .what = "it is an ordinary module",
                       .hint = "kpb conflicts compares only live patches"});
  if (!replace)
    return fail(
        sink,
        {.fault = Fault::input,
         .code = "replace-unknown",
         .where = path,
         .what =
             "it is not known whether it replaces every other live patch; a module file does not "
             "say",
         .hint = "add --replace or --no-replace for the bare modules, or give packages instead"});
  if (!*replace && !facts.functions)
    return fail(sink,
                {.fault = Fault::input,
                 .code = "functions-unknown",
                 .where = path,
                 .what = "the file does not say what it patches",
                 .hint = "package it first: kpb build --module FILE --function OBJECT:FUNCTION"});
  policy::Facts wanted;
  wanted.kernel = policy::kernel_of(out.kernel);
  wanted.name = path;
  wanted.version = wanted.release = "1";
  wanted.replace = replace;
  if (facts.functions)
    wanted.functions.assign(facts.functions->begin(), facts.functions->end());
  const auto all = policy::relations_of(wanted);
  if (!all)
    return fail(sink, from_sdk(all.error(), path));
  out.relations = *all;
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
  if (h.boolean(fields::found::source).value_or(false)) {
    fail(sink, {.fault = Fault::input,
                .code = "source-package",
                .where = path,
                .what = "it is a source package",
                .why = "its conflicts are known only after it is built",
                .hint = "give the package that is built from it"});
    return std::nullopt;
  }
  out.format = h.text(fields::found::format) == "deb" ? "deb" : "rpm";
  out.package = h.text(fields::found::name);
  const std::string epoch = h.text(fields::found::epoch);
  const std::string release = h.text(fields::found::release);
  out.evr = (epoch.empty() ? "" : epoch + ":") + h.text(fields::found::version) +
            (release.empty() ? "" : "-" + release);
  const auto manifest = manifest_of(report);
  if (manifest)
    put_declared(*manifest, out);
  // A deb's header has the limits of debs.
  const bool by_manifest = out.format == "deb" && manifest;
  out.arch = by_manifest ? manifest->text(fields::package_arch) : h.text(fields::found::arch);
  if (out.arch == "all")
    out.arch = "noarch";
  if (by_manifest)
    put_relations(*manifest, fields::relations, out);
  else
    put_relations(h, fields::found::relations, out);
  std::string installed;
  for (const auto& [file, digest] : report.digests)
    installed += file + "\n" + digest + "\n";
  out.sha256 = sha256_hex(installed);
  return out;
}

} // namespace kpb
