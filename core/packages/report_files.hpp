// SPDX-License-Identifier: GPL-2.0-only
//
// A file given to `kpb inspect` or `kpb verify`: its kind and its content, read through the module
// reader or through its backend.
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
  std::string path; // inside the package; for a bare module, the file itself
  std::string sha256;
  ModuleFacts facts;
};

struct FileReport {
  bool package = false;
  Document header; // of a package: what its backend read
  std::map<std::string, std::string>
      content; // of a package: its small files (manifest, modules.conf)
  std::map<std::string, std::string> digests; // of a package: SHA-256 of every file
  std::vector<PackedModule> modules;
};

// Called for each module while its bytes are in memory; they are not kept. `packed`: the module is
// in a package.
using OnModule =
    std::function<void(const PackedModule& module, std::string_view content, bool packed)>;

// Reports a file that is unreadable, damaged, or neither a module nor a package.
std::optional<FileReport> read_report(Context& context, const std::string& path,
                                      DiagnosticSink& sink, const OnModule& on_module = {});

// Asks a backend again what it would make from `document` (whose /request/formats are set); puts
// its answers into /artifacts.
bool plan_again(Context& context, const std::string& format, Document& document,
                DiagnosticSink& sink);

// Whether the path of an installed file is that of a package's manifest.
bool is_manifest_path(const std::string& path);

// The package's manifest.json, if it has one that can be read.
std::optional<Document> manifest_of(const FileReport& report);
// The pointer to that module in the manifest, which states what the ELF file does not; "" if there
// is none.
std::string in_manifest(const std::optional<Document>& manifest, const PackedModule& module);
std::optional<bool> replace_of(const std::optional<Document>& manifest, const PackedModule& module);

} // namespace kpb

#endif
