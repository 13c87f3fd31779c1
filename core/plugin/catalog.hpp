// SPDX-License-Identifier: GPL-2.0-only
//
// Which plugins there are: every *.so in the plugin directories, known by its note. Nothing is
// loaded to make the list; a plugin is loaded when something it offers is used.
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
  bool unsafe = false;    // refused for who could have written it, not for what it is
  bool exhausted = false; // nothing was left to open it with: nothing is known of it
};

// What to do about a candidate that is refused.
std::string refusal_hint(const PluginCandidate& candidate);

class PluginCatalog {
public:
  PluginCatalog() = default;
  ~PluginCatalog();
  PluginCatalog(const PluginCatalog&) = delete;
  PluginCatalog& operator=(const PluginCatalog&) = delete;

  // Searches the directories in order. A directory that is missing or that others can write to is an
  // error; a file in it that is no usable plugin becomes a candidate with a refusal.
  bool scan(FileSystem& files, const std::vector<std::string>& directories, DiagnosticSink& sink);

  const std::vector<PluginCandidate>& candidates() const { return m_candidates; }
  // All names of a kind on offer, sorted; `detail` (when not empty) filters builders by their input.
  std::vector<std::string> names(const std::string& kind, const std::string& detail = {}) const;
  // What the note says of a name; nothing for one that is not on offer.
  std::optional<PluginOffer> offer(const std::string& kind, const std::string& name) const;
  // The library that offers it, loaded now if it was not. Not found, refused, or offered twice: an
  // error with everything known, and null.
  std::shared_ptr<const PluginLibrary> load(const std::string& kind, const std::string& name,
                                            DiagnosticSink& sink);
  // SHA-256 of a loaded library's file.
  Result<std::string> digest(FileSystem& files, const PluginLibrary& library);

private:
  std::vector<PluginCandidate> m_candidates;
  std::map<std::string, std::shared_ptr<const PluginLibrary>> m_loaded; // by path
  std::map<std::string, std::string> m_digests;
};

} // namespace kpb

#endif
