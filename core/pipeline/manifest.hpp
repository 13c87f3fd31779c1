// SPDX-License-Identifier: GPL-2.0-only
//
// The two descriptions that a package carries about itself: manifest.json, the document for people
// and programs, and modules.conf, the few lines that the runtime reads without a JSON parser.
#ifndef KPB_CORE_PIPELINE_MANIFEST_HPP
#define KPB_CORE_PIPELINE_MANIFEST_HPP

#include "core/model/document.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kpb {

// The document without what belongs to one run and not to the package (workspace paths, jobs, which
// other formats were asked for), so that equal packages carry equal bytes.
std::string package_manifest(const Document& document);

// docs/document.md, "modules.conf".
std::string modules_conf_text(const Document& document);
// What the runtime would not read in that text as the document has it, in words; nothing if it reads
// exactly that.
std::optional<std::string> modules_conf_fault(std::string_view text, const Document& document);

} // namespace kpb

#endif
