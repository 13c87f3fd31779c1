// SPDX-License-Identifier: GPL-2.0-only
//
// Architectures. Each has one canonical name, the one that `uname -m` prints; all other names are
// converted here and nowhere else.
#ifndef KPB_CORE_BASE_ARCH_HPP
#define KPB_CORE_BASE_ARCH_HPP

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

// "amd64" -> "x86_64", "x86_64" -> "x86_64"; nothing for a name that kpb does not know.
std::optional<std::string> canonical_arch(std::string_view name);
// The canonical names, for messages.
std::vector<std::string> known_archs();

} // namespace kpb

#endif
