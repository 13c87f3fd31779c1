// SPDX-License-Identifier: GPL-2.0-only
//
// Which plugins there are: every *.so in the plugin directories, and what its note says. A plugin is loaded when
// something that it offers is used, not before.
#ifndef KPB_CORE_PLUGIN_CATALOG_HPP
#define KPB_CORE_PLUGIN_CATALOG_HPP

#include "core/diag/diagnostic.hpp"
#include "core/plugin/library.hpp"
#include "core/plugin/note.hpp"
#include "core/system/filesystem.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

// One *.so. `refusal` is empty for a plugin that may be loaded.
struct PluginCandidate {
  std::string path; // absolute, resolved
  int fd = -1;      // kept open when the plugin may be loaded
  std::optional<PluginNote> note;
  std::string refusal;
  bool unsafe = false;    // refused because others could have written it
  bool exhausted = false; // no descriptor was left to open it, so nothing is known about it
};

// What to do about a candidate that is refused.
std::string refusal_hint(const PluginCandidate& candidate);

class PluginCatalog {
public:
  PluginCatalog() = default;
  ~PluginCatalog();
  PluginCatalog(const PluginCatalog&) = delete;
  PluginCatalog& operator=(const PluginCatalog&) = delete;

  // Searches the directories in order. A directory that is missing, or that others can write to, is an error. A
  // file that is not a usable plugin becomes a candidate with a refusal.
  bool scan(FileSystem& files, const std::vector<std::string>& directories, DiagnosticSink& sink);

  const std::vector<PluginCandidate>& candidates() const { return m_candidates; }
  // All names of a kind on offer, sorted; `detail` (when not empty) filters builders by their input.
  std::vector<std::string> names(const std::string& kind, const std::string& detail = {}) const;
  // What the note says about a name; nothing if no usable plugin offers it.
  std::optional<PluginOffer> offer(const std::string& kind, const std::string& name) const;
  // The library that offers it, loaded now if it was not before. Null after a report, with all that is known: it
  // was not found, is refused, or is offered twice.
  std::shared_ptr<const PluginLibrary> load(const std::string& kind, const std::string& name,
                                            DiagnosticSink& sink);
  // SHA-256 of a loaded library's file.
  Result<std::string> digest(FileSystem& files, const PluginLibrary& library);

private:
  // What load() found for a name.
  struct Search {
    std::vector<const PluginCandidate*> usable, refused; // their notes say that they offer it
    std::vector<const PluginCandidate*> unreadable;      // without a note
  };

  static std::optional<std::string> open_directory(FileSystem& files, const std::string& directory,
                                                   DiagnosticSink& sink);
  bool scan_directory(FileSystem& files, const std::string& directory, const std::string& real,
                      DiagnosticSink& sink);
  void report_missing(const std::string& kind, const std::string& name, const Search& found,
                      DiagnosticSink& sink) const;

  std::vector<PluginCandidate> m_candidates;
  std::map<std::string, std::shared_ptr<const PluginLibrary>> m_loaded; // by path
  std::map<std::string, std::string> m_digests;
};

} // namespace kpb

#endif
