// SPDX-License-Identifier: GPL-2.0-only
//
// kpb series init: writes a manifest to start from.
#ifndef KPB_CORE_CLI_SERIES_INIT_HPP
#define KPB_CORE_CLI_SERIES_INIT_HPP

#include "core/cli/session.hpp"

namespace kpb {

// Prints a manifest with the patches in `directory`, and comments. False after an error.
bool series_init(Session& session, const std::string& directory);

} // namespace kpb

#endif
