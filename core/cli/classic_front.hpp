// SPDX-License-Identifier: GPL-2.0-only
//
// kpatch-package-builder: the command line of 2015, with the same pipeline behind it.
#ifndef KPB_CORE_CLI_CLASSIC_FRONT_HPP
#define KPB_CORE_CLI_CLASSIC_FRONT_HPP

#include "core/cli/session.hpp"

#include <string>
#include <vector>

namespace kpb {

inline constexpr const char* k_classic_program = "kpatch-package-builder";

int run_classic_front(Session& session, const std::vector<std::string>& words);

} // namespace kpb

#endif
