// SPDX-License-Identifier: GPL-2.0-only
//
// What preparing kernels needs of the outside: a Context without plugins and templates.
#ifndef KPB_CORE_KERNEL_CONTEXT_HPP
#define KPB_CORE_KERNEL_CONTEXT_HPP

#include "core/pipeline/context.hpp"

namespace kpb {

struct KernelContext {
  FileSystem& files;
  const Environment& environment;
  ProcessRunner& processes;
  const Interrupts& interrupts;
  Progress& progress;
  DiagnosticSink& diagnostics;

  // An interrupt needs no words: the session says it at the end. Returns false, as kpb::fail does.
  bool fail(Fault fault, std::string code, std::string where, std::string what,
            std::string why = {}, std::string hint = {}) const {
    return interrupts.pending() != 0
               ? false
               : kpb::fail(diagnostics, fault, std::move(code), std::move(where), std::move(what),
                           std::move(why), std::move(hint));
  }
};

} // namespace kpb

#endif
