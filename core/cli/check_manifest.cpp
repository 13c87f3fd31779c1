// SPDX-License-Identifier: GPL-2.0-only
//
// See check_manifest.hpp. The manifest is input like everything else in the package: it must be in
// its place, is parsed strictly, and must be exactly what kpb would write.
#include "core/cli/check_manifest.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/pipeline/compare_artifact.hpp"
#include "core/pipeline/manifest.hpp"
#include <kpb/sdk/views.hpp>

#include <algorithm>

namespace kpb {

namespace {

constexpr const char* k_source_manifest = "manifest.json";

// Finds the manifest. A package that contains other files of kpb's but no manifest has lost it.
std::optional<std::string> find_manifest(const FileReport& report, bool source,
                                         Comparison& compare) {
  std::vector<std::string> found;
  bool ours = false;
  for (const auto& file : views::packed_files(report.header)) {
    const std::string& path = file.path;
    ours = ours || path.starts_with("/usr/share/kpb/");
    if (source ? path == k_source_manifest : is_manifest_path(path))
      found.push_back(path);
  }
  if (found.size() == 1)
    return found[0];
  if (found.size() > 1)
    compare.differ("it contains several manifests", join(found, ", "));
  else if (ours)
    compare.differ("it contains no manifest",
                   "a package with files below /usr/share/kpb must have one");
  return std::nullopt;
}

std::optional<Document> read_manifest(const FileReport& report, const std::string& path,
                                      const std::string& where, Comparison& compare,
                                      DiagnosticSink& sink) {
  const auto content = report.content.find(path);
  if (content == report.content.end()) {
    compare.differ("its manifest cannot be read",
                   "it is not a regular file, or is larger than 4 MiB");
    return std::nullopt;
  }
  auto manifest = Document::parse(content->second, where + ": " + path, sink);
  if (!manifest)
    return std::nullopt;
  // This also finds duplicate members and everything else that JSON parsers read differently.
  if (manifest->dump() != content->second)
    compare.differ("its manifest is not in the form that kpb writes", "it was edited");
  return manifest;
}

// The manifest as this format stores it: the backend is asked again, as when the package was made.
std::optional<Document> as_format_has_it(Session& session, const FileReport& report,
                                         const Document& manifest, DiagnosticSink& sink) {
  Document asked = manifest;
  const std::string format = report.header.text(fields::found::format);
  asked.put_text(pointer(fields::request_formats, 0), format, "");
  Context context = session.context();
  if (!plan_again(context, format, asked, sink))
    return std::nullopt;
  return effective_document(manifest, asked, 0);
}

// SHA-256 by path, from the manifest or following from it. `m` is the manifest as the format stores
// it.
WantedFiles wanted_files(const FileReport& report, const std::string& manifest_path,
                         const Document& manifest, const Document& m) {
  WantedFiles wanted;
  const bool source = report.header.boolean(fields::found::source).value_or(false);
  const bool is_built = m.has(fields::module_sha256);
  for (const auto& file : views::files(m)) {
    // A source package has the manifest at another path: it is what everything is compared with.
    if (file.kind == "dir" || (file.content == "manifest" && source))
      continue;
    if (file.content == "manifest" && file.path == manifest_path)
      wanted[file.path] = report.digests.at(file.path);
    else if (file.content == "modules.conf")
      wanted[file.path] = sha256_hex(modules_conf_text(manifest));
    else if (file.kind == "module" && !is_built && file.sha256.empty())
      wanted[file.path] = std::nullopt;
    else
      wanted[file.path] = file.sha256;
  }
  return wanted;
}

// The files that a source package contains for the package that it builds: each must exist, under
// any name.
void compare_carried(Comparison& compare, const FileReport& report, const WantedFiles& wanted) {
  for (const auto& [path, digest] : wanted) {
    const bool there = !digest || std::any_of(report.digests.begin(), report.digests.end(),
                                              [&, expected = *digest](const auto& entry) {
                                                return entry.second == expected;
                                              });
    if (!there)
      compare.differ("it does not contain the source " + shown(path),
                     compare.witness() + " has SHA-256 " + digest->substr(0, 16) + "...");
  }
}

// The runtime believes modules.conf, and nothing else of the package: so it is read as the runtime
// reads it, from the package where it is there in its place.
void compare_modules_conf(Comparison& compare, const FileReport& report, const Document& manifest,
                          const Document& m) {
  for (const auto& file : views::files(m)) {
    if (file.content != "modules.conf")
      continue;
    const auto packed = report.content.find(file.path);
    const auto fault = modules_conf_fault(
        packed == report.content.end() ? modules_conf_text(manifest) : packed->second, manifest);
    if (fault)
      compare.differ("its " + shown(file.path) + " is not what its manifest says",
                     "the runtime does not read it so: " + *fault);
  }
}

} // namespace

ManifestCheck check_manifest(Session& session, const FileReport& report, const std::string& path,
                             DiagnosticSink& sink) {
  const bool source = report.header.boolean(fields::found::source).value_or(false);
  Comparison compare(path, "its manifest", "the package is not as kpb made it", sink);
  if (report.header.boolean(fields::found::transitional).value_or(false)) {
    for (const auto& extra : report.header.texts(fields::found::extras))
      compare.extra(extra);
    return ManifestCheck::transitional;
  }
  const auto manifest_path = find_manifest(report, source, compare);
  if (!manifest_path)
    return ManifestCheck::none;
  const auto manifest = read_manifest(report, *manifest_path, path, compare, sink);
  if (!manifest)
    return ManifestCheck::none;
  const std::string own = "/" + manifest->text(fields::package_name) + "/manifest.json";
  if (!source && !manifest_path->ends_with(own))
    compare.differ("its manifest is " + shown(*manifest_path),
                   compare.witness() + " is of the package " +
                       shown(manifest->text(fields::package_name)));
  auto held = as_format_has_it(session, report, *manifest, sink);
  if (!held)
    return ManifestCheck::none;
  if (held->boolean(fields::module_functions_follow).value_or(false))
    for (const auto& module : report.modules)
      add_function_relations(compare, module.facts, *held);
  const auto& m = *held;
  compare_header(compare, report.header, m);
  const auto wanted = wanted_files(report, *manifest_path, *manifest, m);
  compare_modules_conf(compare, report, *manifest, m);
  if (source) {
    compare_carried(compare, report, wanted);
    return ManifestCheck::no_recipe;
  }
  compare_relations(compare, report.header, m);
  compare_files(compare, {report.header, report.digests}, m, wanted, true);
  for (const auto& module : report.modules)
    compare_module(compare, module.facts, module.path, module.sha256, m);
  return m.has(fields::module_sha256) || !m.has(fields::modules) ? ManifestCheck::compared
                                                                 : ManifestCheck::no_digest;
}

std::string not_checked(ManifestCheck check) {
  switch (check) {
  case ManifestCheck::none: return "no manifest, so header and relations were not compared";
  case ManifestCheck::compared: return "";
  case ManifestCheck::no_digest:
    return "built from a source package, so its manifest has no digest of the module";
  case ManifestCheck::transitional:
    return "a transitional package: it only depends on another package";
  case ManifestCheck::no_recipe: return "a source package, whose spec was not compared";
  }
  return "";
}

} // namespace kpb
