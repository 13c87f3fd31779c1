// SPDX-License-Identifier: GPL-2.0-only
//
// Plugins, templates and tools are code that runs as the packager, often as root. Only files that
// nobody else could have written are used; a plugin is loaded from the descriptor that was checked.
#ifndef KPB_CORE_SYSTEM_PATH_SAFETY_HPP
#define KPB_CORE_SYSTEM_PATH_SAFETY_HPP

#include "core/base/result.hpp"

#include <string>

namespace kpb {

// Opens `path` (absolute and without symlinks: resolve it first) and checks every part of it on the
// way: it must be owned by root or by us, and writable by nobody else. A sticky directory (/tmp) is
// accepted if the next part belongs to root or us. Returns a descriptor (O_CLOEXEC, read-only; for
// a directory O_PATH), or the reason in one sentence that names the offending part.
tl::expected<int, Distrust> open_trusted(const std::string& path, bool directory);

} // namespace kpb

#endif
