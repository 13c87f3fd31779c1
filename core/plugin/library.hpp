// SPDX-License-Identifier: GPL-2.0-only
//
// A loaded plugin library. It is loaded once and never unloaded: dlclose() is not reliable (a GNU unique symbol keeps a
// library mapped), and a program that ends soon gains nothing from it.
#ifndef KPB_CORE_PLUGIN_LIBRARY_HPP
#define KPB_CORE_PLUGIN_LIBRARY_HPP

#include "core/diag/diagnostic.hpp"
#include "core/plugin/note.hpp"
#include "kpb/abi/plugin.h"

#include <memory>
#include <string>

namespace kpb {

class PluginLibrary {
public:
  // Loads from `fd`, the descriptor that was checked and whose note was read. It must stay open: the dynamic loader
  // identifies libraries by name, so /proc/self/fd/N must never refer to another file. Null after a report with
  // Fault::plugin.
  static std::shared_ptr<const PluginLibrary> load(int fd, const std::string& path,
                                                   const PluginNote& note, DiagnosticSink& sink);

  const std::string& path() const { return m_path; }
  const PluginNote& note() const { return m_note; }
  // "plugin PATH (ID VERSION)", how messages name it.
  std::string shown() const;
  // The table for an id, or null.
  const void* interface(const char* id) const { return m_entry->get_interface(id); }

  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

private:
  PluginLibrary() = default;

  std::string m_path;
  PluginNote m_note;
  const kpb_plugin_entry_t* m_entry = nullptr;
};

std::string shown_plugin(const std::string& path, const PluginNote& note);

} // namespace kpb

#endif
