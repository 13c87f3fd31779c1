// SPDX-License-Identifier: GPL-2.0-only
//
// A module's facts as fields of a document: the one place where the two meet, for packages and for
// `kpb inspect` alike.
#ifndef KPB_CORE_INSPECT_FACTS_DOCUMENT_HPP
#define KPB_CORE_INSPECT_FACTS_DOCUMENT_HPP

#include "core/inspect/module_facts.hpp"
#include "core/model/document.hpp"

#include <string>

namespace kpb {

// Writes name, vermagic, arch, format, functions (null when the file does not say), callbacks,
// forced, signature and build_id below `path`.
void put_facts(const ModuleFacts& facts, Document& document, const std::string& path,
               const std::string& setter);

} // namespace kpb

#endif
