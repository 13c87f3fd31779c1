// SPDX-License-Identifier: GPL-2.0-only
//
// What a live patch replaces, in the words that its builder left in the file. See the .cpp for the
// two forms.
#ifndef KPB_CORE_INSPECT_PATCHED_FUNCTIONS_HPP
#define KPB_CORE_INSPECT_PATCHED_FUNCTIONS_HPP

#include "core/inspect/elf_image.hpp"
#include "core/inspect/module_facts.hpp"

#include <string_view>

namespace kpb {

// Sets format, functions, callbacks and forced; leaves them for a module without such metadata.
// False (reported) where there is metadata and it is damaged or contradicts itself.
bool read_patched_functions(const ElfImage& image, ModuleFacts& facts, const InputErrors& errors);

// Whether a section of this name holds such metadata, so that a second one would be ambiguous.
bool is_patch_metadata(std::string_view section_name);

} // namespace kpb

#endif
