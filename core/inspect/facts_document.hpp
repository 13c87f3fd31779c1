// SPDX-License-Identifier: GPL-2.0-only
//
// Writes a module's facts into a document, the same way for packages and for `kpb inspect`.
#ifndef KPB_CORE_INSPECT_FACTS_DOCUMENT_HPP
#define KPB_CORE_INSPECT_FACTS_DOCUMENT_HPP

#include "core/inspect/module_facts.hpp"
#include "core/model/document.hpp"

#include <string_view>

namespace kpb {

// Writes the facts below `path`: name, vermagic, arch, format, functions and callbacks (null if the
// file does not say), forced, signature, build_id, and whether it uses shadow variables and klp
// states.
void put_facts(const ModuleFacts& facts, Document& document, std::string_view path,
               std::string_view setter);

} // namespace kpb

#endif
