// SPDX-License-Identifier: GPL-2.0-only
//
// The signature after a module's ELF data, as scripts/sign-file appends it. Its form is read but
// not verified: which keys are trusted is up to the target. It is read before everything else
// because the ELF reader, like the kernel's, must not see it.
#ifndef KPB_CORE_INSPECT_SIGNATURE_HPP
#define KPB_CORE_INSPECT_SIGNATURE_HPP

#include "core/inspect/input_errors.hpp"
#include "core/inspect/module_facts.hpp"

#include <optional>
#include <string_view>

namespace kpb {

// Sets `signature` if the image ends in one. False (reported) if the end looks like a signature but
// is not a valid one.
bool read_signature(std::string_view image, std::optional<ModuleSignature>& signature,
                    const InputErrors& errors);

} // namespace kpb

#endif
