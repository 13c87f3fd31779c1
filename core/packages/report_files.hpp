// SPDX-License-Identifier: GPL-2.0-only
//
// A file given to `kpb inspect` or `kpb verify`: what kind it is, and what it holds, read through the
// module reader or the backend that the file belongs to.
#ifndef KPB_CORE_PACKAGES_REPORT_FILES_HPP
#define KPB_CORE_PACKAGES_REPORT_FILES_HPP

#include "core/inspect/module_facts.hpp"
#include "core/model/document.hpp"
#include "core/plugin/context.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace kpb {

struct PackedModule {
  std::string path; // inside the package; the file itself for a bare module
  std::string sha256;
  ModuleFacts facts;
};

struct FileReport {
  bool package = false;
  Document header; // of a package: what read_back said
  std::map<std::string, std::string>
      content; // of a package: its small files (manifest, modules.conf)
  std::map<std::string, std::string> digests; // of a package: SHA-256 of every file
  std::vector<PackedModule> modules;
};

// Sees each module while its bytes are there: they are not kept. `packed`: it lies in a package.
using OnModule =
    std::function<void(const PackedModule& module, std::string_view content, bool packed)>;

// Errors go to `sink`: an unreadable file, no module and no package, a damaged one.
std::optional<FileReport> read_report(Context& context, const std::string& path,
                                      DiagnosticSink& sink, const OnModule& on_module = {});

// Asks a backend again what it would make of `document` (whose /request/formats are set): its answers are
// in /artifacts then.
bool plan_again(Context& context, const std::string& format, Document& document,
                DiagnosticSink& sink);

// Whether an installed file of that path is a package's manifest.
bool is_manifest_path(const std::string& path);

// The manifest.json of a package, when it has one that can be read.
std::optional<Document> manifest_of(const FileReport& report);

} // namespace kpb

#endif
