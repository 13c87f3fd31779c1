// SPDX-License-Identifier: GPL-2.0-only
//
// The gates that compare a module with the target's own files. The kernel checks the same, but too
// late: if a module that is not loaded yet lacks the patched function, the live patch loads, and
// later the kernel refuses to load that module on the day when it is needed.
#ifndef KPB_CORE_INSPECT_TARGET_TARGET_GATES_HPP
#define KPB_CORE_INSPECT_TARGET_TARGET_GATES_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"
#include "core/inspect/target/target_files.hpp"
#include "core/system/filesystem.hpp"

#include <string>
#include <string_view>

namespace kpb {

// Looks up in the target's files what the module patches and refers to, and reports all refusals
// (Fault::input), not only the first. A refusal of the module has `shown_path` as its place, an
// error in a file of the target has that file. `module_image` is the whole file from which `facts`
// were read.
bool check_target_gates(std::string_view module_image, const ModuleFacts& facts,
                        const TargetFiles& files, FileSystem& filesystem,
                        const std::string& shown_path, DiagnosticSink& sink);

} // namespace kpb

#endif
