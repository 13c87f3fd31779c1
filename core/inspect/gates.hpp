// SPDX-License-Identifier: GPL-2.0-only
//
// The gates: what must be true of a module before it is packaged. Pure functions of facts that were
// read before. A refusal shows both sides and is an input error (exit 2).
#ifndef KPB_CORE_INSPECT_GATES_HPP
#define KPB_CORE_INSPECT_GATES_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"

#include <string>

namespace kpb {

// What the module must match. Empty members are not checked (`kpb verify` without a kernel).
struct GateTarget {
  std::string release;       // `uname -r` of the target kernel
  std::string arch;          // canonical architecture name
  std::string expected_name; // file name in the kernel's form; a difference only warns
};

// Checks all gates, reports all refusals (not only the first), and returns whether all passed.
bool check_gates(const ModuleFacts& facts, const GateTarget& target, const std::string& shown_path,
                 DiagnosticSink& sink);

} // namespace kpb

#endif
