// SPDX-License-Identifier: GPL-2.0-only
//
// See report_files.hpp.
#include "core/packages/report_files.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/inspect/elf_module.hpp"
#include "core/plugin/instance.hpp"
#include <kpb/sdk/fields.hpp>

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

namespace {

// Enough to see which backend's it is; the backend reads the file itself, by its own limits.
constexpr uint64_t k_head = 64;
constexpr size_t k_small_file = 4 * 1024 * 1024;

// The backend format whose suffix matches the name best, otherwise by the magic bytes of an RPM or
// a deb.
std::string format_for(const PluginCatalog& catalog, const std::string& path,
                       const std::string& head) {
  std::string best;
  size_t length = 0;
  for (const auto& name : catalog.names("backend")) {
    const auto offer = catalog.offer("backend", name);
    if (path.ends_with(offer->detail) && offer->detail.size() > length) {
      best = name;
      length = offer->detail.size();
    }
  }
  if (!best.empty())
    return best;
  return head.starts_with("\xed\xab\xee\xdb")         ? "rpm-build"
         : head.starts_with("!<arch>\ndebian-binary") ? "deb"
                                                      : "";
}

// A backend that is used outside a build.
struct LoneBackend {
  LoneBackend(Context& context, const std::string& format, DiagnosticSink& sink)
      : tools(context.files, context.environment, context.processes),
        workspace(context.files, context.environment, "kpb-", ""), confinement(context),
        backend(BackendInstance::make(context.plugins, format,
                                      {settings, context.templates, tools, workspace, confinement},
                                      sink)) {}
  Settings settings;
  Tools tools;
  Workspace workspace;
  Confinement confinement;
  std::unique_ptr<BackendInstance> backend;
};

bool read_package(Context& context, const std::string& path, const std::string& format,
                  FileReport& report, const OnModule& on_module, DiagnosticSink& sink) {
  const LoneBackend lone(context, format, sink);
  const auto real = context.files.resolve(path);
  if (!lone.backend || !real)
    return false;
  report.package = true;
  bool good = true;
  const auto take = [&](std::string_view name, std::string_view content) {
    const std::string digest = sha256_hex(content);
    report.digests[std::string(name)] = digest;
    if (name.ends_with(".ko")) {
      CollectingSink wrong; // a bad module makes the package bad: Fault::verification
      auto facts = read_module(content, path + ": " + std::string(name), wrong);
      for (auto d : wrong.all()) {
        d.fault = d.fault == Fault::input ? Fault::verification : d.fault;
        sink.report(d);
      }
      if (facts) {
        report.modules.push_back({std::string(name), digest, std::move(*facts)});
        if (on_module)
          on_module(report.modules.back(), content, /*packed=*/true);
      }
      good = good && facts;
    } else if (content.size() <= k_small_file) {
      report.content[std::string(name)] = content;
    }
    return true;
  };
  CollectingSink heard;
  const auto result = lone.backend->read_back(*real, report.header, take, heard);
  for (auto d : heard.all()) { // messages use the name that the user gave
    d.where = d.where.empty() ? path : replace_all(d.where, *real, path);
    sink.report(d);
  }
  return result == CallResult::ok && good;
}

} // namespace

std::optional<FileReport> read_report(Context& context, const std::string& path,
                                      DiagnosticSink& sink, const OnModule& on_module) {
  FileReport report;
  const auto unreadable = [&](const std::string& why) {
    fail(sink, {.fault = Fault::input,
                .code = "input-unreadable",
                .what = fmt::format("cannot read {}", shown(path)),
                .why = why});
    return std::nullopt;
  };
  const auto file = context.files.open(path);
  if (!file)
    return unreadable(file.error().reason());
  const auto start = (*file)->read(0, std::min((*file)->size(), k_head));
  if (!start)
    return unreadable(start.error().reason());
  const std::string format = format_for(context.plugins, path, *start);
  const bool module_name = path.ends_with(".ko") || path.find(".ko.") != std::string::npos;
  const bool elf = start->starts_with("\177ELF");
  const bool module = elf || module_name || format.empty();
  if (module && !elf && !module_name) {
    fail(sink, {.fault = Fault::input,
                .code = "input-kind",
                .what = fmt::format("{} is neither a module nor a package", shown(path)),
                .why = "kpb reads .ko files and what the installed backends make",
                .hint = "kpb plugins list shows the backends"});
    return std::nullopt;
  }
  if (module) {
    const uint64_t size = (*file)->size();
    if (size > k_max_module_size)
      return unreadable(
          fmt::format("a module has at most {} bytes, this file has {}", k_max_module_size, size));
    const auto bytes = (*file)->read(0, size);
    if (!bytes)
      return unreadable(bytes.error().reason());
    auto facts = read_module(*bytes, path, sink);
    if (!facts)
      return std::nullopt;
    report.modules.push_back({path, sha256_hex(*bytes), std::move(*facts)});
    if (on_module)
      on_module(report.modules.back(), *bytes, /*packed=*/false);
    return report;
  }
  if (!read_package(context, path, format, report, on_module, sink))
    return std::nullopt;
  return report;
}

bool plan_again(Context& context, const std::string& format, Document& document,
                DiagnosticSink& sink) {
  LoneBackend lone(context, format, sink);
  for (size_t i = 0; i < document.size(fields::settings); ++i) {
    const std::string key = document.key(fields::settings, i);
    lone.settings.given[key] = document.text(pointer(fields::settings, key));
  }
  return lone.backend && lone.backend->plan(document, sink) == CallResult::ok;
}

bool is_manifest_path(const std::string& path) {
  return path.ends_with("/manifest.json") && path.find("/kpb/packages/") != std::string::npos;
}

std::optional<Document> manifest_of(const FileReport& report) {
  for (const auto& [path, content] : report.content)
    if (is_manifest_path(path)) {
      CollectingSink ignored; // a foreign file of that name may be something else; that is no error
      return Document::parse(content, path, ignored);
    }
  return std::nullopt;
}

std::string in_manifest(const std::optional<Document>& manifest, const PackedModule& module) {
  for (size_t i = 0; manifest && i < manifest->size(fields::modules); ++i)
    if (manifest->text(pointer(fields::modules, i, fields::module::path)) == module.path)
      return pointer(fields::modules, i);
  return {};
}

std::optional<bool> replace_of(const std::optional<Document>& manifest,
                               const PackedModule& module) {
  const std::string at = in_manifest(manifest, module);
  return at.empty() ? std::nullopt : manifest->boolean(pointer(at, fields::module::replace));
}

} // namespace kpb
