// SPDX-License-Identifier: GPL-2.0-only
//
// The gates against the target's own files. The kernel checks the same, but late: a wrong function in
// a module that is not loaded yet lets the patch load, and makes the kernel refuse that module on the
// day when it is needed.
#ifndef KPB_CORE_INSPECT_TARGET_TARGET_GATES_HPP
#define KPB_CORE_INSPECT_TARGET_TARGET_GATES_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"
#include "core/inspect/target/target_files.hpp"
#include "core/system/filesystem.hpp"

#include <string>
#include <string_view>

namespace kpb {

// Looks up in the target's files what the module patches and refers to, and reports every refusal
// (Fault::input), not only the first. Refusals of the module have `shown_path` as their place,
// errors in a file of the target have that file. `module_image` is the whole file that `facts` were
// read from.
bool check_target_gates(std::string_view module_image, const ModuleFacts& facts,
                        const TargetFiles& files, FileSystem& filesystem,
                        const std::string& shown_path, DiagnosticSink& sink);

} // namespace kpb

#endif
