// SPDX-License-Identifier: GPL-2.0-only
//
// Reads what a live patch replaces from the metadata that its builder left in the file. The .cpp
// describes the two forms.
#ifndef KPB_CORE_INSPECT_PATCHED_FUNCTIONS_HPP
#define KPB_CORE_INSPECT_PATCHED_FUNCTIONS_HPP

#include "core/inspect/elf_image.hpp"
#include "core/inspect/module_facts.hpp"

#include <string_view>

namespace kpb {

// Sets format, functions, callbacks and forced; leaves them alone if the module has no such
// metadata. False (reported) if the metadata is damaged or contradicts itself.
bool read_patched_functions(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors);

// Whether a section of this name contains such metadata, so that a second one would be ambiguous.
bool is_patch_metadata(std::string_view section_name);

} // namespace kpb

#endif
