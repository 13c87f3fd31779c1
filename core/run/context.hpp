// SPDX-License-Identifier: GPL-2.0-only
//
// Everything a run uses to affect the outside world, behind interfaces, and the sink for its
// messages. Code that also needs plugins or templates takes the Context of core/plugin.
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
  bool confine = true; // what builds a patch (core/run/confinement.hpp)

  // The same with another place for reports, for instance one that nobody reads.
  RunContext reporting_to(DiagnosticSink& sink) const {
    return {files, environment, processes, interrupts, progress, sink, confine};
  }
  // Always returns false, as kpb::fail does. After an interrupt nothing is reported: the session
  // reports the interrupt at the end.
  bool fail(Diagnostic error) const {
    return interrupts.pending() != 0 ? false : kpb::fail(diagnostics, std::move(error));
  }
};

} // namespace kpb

#endif
