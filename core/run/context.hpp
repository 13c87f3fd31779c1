// SPDX-License-Identifier: GPL-2.0-only
//
// Everything that a run may do to the outside world, behind its interfaces, and where it reports. What also
// needs plugins and templates takes the Context of core/plugin.
#ifndef KPB_CORE_RUN_CONTEXT_HPP
#define KPB_CORE_RUN_CONTEXT_HPP

#include "core/diag/diagnostic.hpp"
#include "core/run/progress.hpp"
#include "core/system/environment.hpp"
#include "core/system/filesystem.hpp"
#include "core/system/interrupt.hpp"
#include "core/system/process.hpp"

#include <utility>

namespace kpb {

struct RunContext {
  FileSystem& files;
  const Environment& environment;
  ProcessRunner& processes;
  const Interrupts& interrupts;
  Progress& progress;
  DiagnosticSink& diagnostics;

  // An interrupt needs no words: the session says it at the end. Returns false, as kpb::fail does.
  bool fail(Diagnostic error) const {
    return interrupts.pending() != 0 ? false : kpb::fail(diagnostics, std::move(error));
  }
};

} // namespace kpb

#endif
