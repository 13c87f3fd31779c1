// SPDX-License-Identifier: GPL-2.0-only
//
// Relations between packages keep functions apart, not what they mean. Where a module does what the kernel's
// own documentation warns of, the packager hears it.
#ifndef KPB_CORE_PIPELINE_WARN_OF_MEANING_HPP
#define KPB_CORE_PIPELINE_WARN_OF_MEANING_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"
#include "core/model/document.hpp"

#include <string>

namespace kpb {

void warn_of_meaning(const ModuleFacts& facts, const Document& document, const std::string& where,
                     DiagnosticSink& sink);

} // namespace kpb

#endif
