// SPDX-License-Identifier: GPL-2.0-only
//
// Complaints that several passes have.
#ifndef KPB_CORE_PIPELINE_COMPLAINTS_HPP
#define KPB_CORE_PIPELINE_COMPLAINTS_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/filesystem.hpp"

#include <string>

namespace kpb {

class PluginInstance;

// A plugin broke its contract: "plugin FILE (ID VERSION): WHAT; WHY". Returns false.
bool plugin_breach(DiagnosticSink& sink, const PluginInstance& plugin, const std::string& what,
                   const std::string& why);

// A temporary file or directory could not be removed: the result stands, but not silently.
void tell_left(DiagnosticSink& sink, const SystemError& error);

} // namespace kpb

#endif
