// SPDX-License-Identifier: GPL-2.0-only
//
// The libraries that a plugin brings with it: the dynamic loader opens them by name, so it must find
// only what nobody else could have put there.
#ifndef KPB_CORE_PLUGIN_LIBRARIES_HPP
#define KPB_CORE_PLUGIN_LIBRARIES_HPP

#include "core/base/trusted_path.hpp"

namespace kpb {

// Why the loader must not be asked for the open plugin: a directory of its run path, a library there or one that this
// one needs can be changed by somebody else. Empty if all is well. Libraries that the run paths do not
// have come from the system's directories, which are root's.
Distrust distrust_of_libraries(int plugin);

} // namespace kpb

#endif
