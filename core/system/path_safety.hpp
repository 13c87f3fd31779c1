// SPDX-License-Identifier: GPL-2.0-only
//
// Plugins, templates and tools are code that runs as whoever packages, often root. Only files that
// nobody else could have written are used; of a plugin, the descriptor that was checked is loaded.
#ifndef KPB_CORE_SYSTEM_PATH_SAFETY_HPP
#define KPB_CORE_SYSTEM_PATH_SAFETY_HPP

#include "core/base/result.hpp"

#include <string>

namespace kpb {

// Opens `path` (absolute, no symlinks: resolve it first), checking every part of it on the way:
// owned by root or by us, writable by nobody else. A sticky directory (/tmp) passes when the next
// part belongs to root or us. Returns a descriptor (O_CLOEXEC, read-only; for a directory O_PATH),
// or the reason in one sentence that names the offending part.
tl::expected<int, Distrust> open_trusted(const std::string& path, bool directory);

} // namespace kpb

#endif
