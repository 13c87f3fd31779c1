// SPDX-License-Identifier: GPL-2.0-only
//
// Converts the errors of the SDK's functions (kpb::policy) to kpb's diagnostics.
#ifndef KPB_CORE_DIAG_FROM_SDK_HPP
#define KPB_CORE_DIAG_FROM_SDK_HPP

#include "core/diag/diagnostic.hpp"

#include <kpb/sdk/diagnostic.hpp>

namespace kpb {

// `where` is the place of the refused text, which the SDK's function does not know.
Diagnostic from_sdk(const sdk::Error& error, std::string where = {});

} // namespace kpb

#endif
