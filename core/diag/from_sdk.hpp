// SPDX-License-Identifier: GPL-2.0-only
//
// What the SDK's functions refuse (kpb::policy), as kpb reports it.
#ifndef KPB_CORE_DIAG_FROM_SDK_HPP
#define KPB_CORE_DIAG_FROM_SDK_HPP

#include "core/diag/diagnostic.hpp"

#include <kpb/sdk/diagnostic.hpp>

namespace kpb {

// `where` is what the refused text stands in, since the SDK's function cannot know it.
Diagnostic from_sdk(const sdk::Error& error, std::string where = {});

} // namespace kpb

#endif
