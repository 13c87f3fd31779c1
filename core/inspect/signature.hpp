// SPDX-License-Identifier: GPL-2.0-only
//
// The signature behind a module's ELF data, as scripts/sign-file appends it. Its form is read, not
// verified: which keys count is the target's affair. It comes first of all reading, because like
// the kernel the ELF reader must not see it.
#ifndef KPB_CORE_INSPECT_SIGNATURE_HPP
#define KPB_CORE_INSPECT_SIGNATURE_HPP

#include "core/inspect/input_errors.hpp"
#include "core/inspect/module_facts.hpp"

#include <optional>
#include <string_view>

namespace kpb {

// Sets `signature` where the image ends in one. False (reported) where it ends like one but is
// none.
bool read_signature(std::string_view image, std::optional<ModuleSignature>& signature,
                    const InputErrors& errors);

} // namespace kpb

#endif
