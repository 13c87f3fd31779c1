// SPDX-License-Identifier: GPL-2.0-only
//
// What a killed run leaves in a directory of the user's: files that waited for their rename.
#ifndef KPB_CORE_PIPELINE_LEFTOVERS_HPP
#define KPB_CORE_PIPELINE_LEFTOVERS_HPP

#include "core/system/filesystem.hpp"

namespace kpb {

inline const Leftovers k_hidden_artifacts = {Leftovers::Kind::files, ".kpb-", ".tmp", 16};

} // namespace kpb

#endif
