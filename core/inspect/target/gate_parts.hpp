// SPDX-License-Identifier: GPL-2.0-only
//
// What each of the target gates is given. Private to the files of these gates.
#ifndef KPB_CORE_INSPECT_TARGET_GATE_PARTS_HPP
#define KPB_CORE_INSPECT_TARGET_GATE_PARTS_HPP

#include "core/inspect/target/module_references.hpp"
#include "core/inspect/target/target_elf.hpp"
#include "core/inspect/target/target_files.hpp"

#include <string>
#include <utility>

namespace kpb {

struct TargetGate {
  const ModuleFacts& facts;
  const ModuleReferences& references;
  const TargetFiles& files;
  FileSystem& filesystem;
  const std::string& where;
  DiagnosticSink& sink;

  bool refuse(Diagnostic error) const {
    error.where = where;
    return fail(sink, std::move(error));
  }
};

// "0x0123abcd": 8 digits, or 16 if it needs more.
std::string hex(uint64_t value);

// Every patched function and every ".klp.sym." symbol must exist in its object. `kernel` is the
// target's vmlinux, null if it is not known.
bool check_objects(const TargetGate& gate, const TargetElf* kernel);
// Every undefined symbol must be exported to this module, with the same CRC.
bool check_exports(const TargetGate& gate);

} // namespace kpb

#endif
