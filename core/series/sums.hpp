// SPDX-License-Identifier: GPL-2.0-only
//
// SHA256SUMS of a result directory, which sha256sum -c reads.
#ifndef KPB_CORE_SERIES_SUMS_HPP
#define KPB_CORE_SERIES_SUMS_HPP

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kpb {

// Paths and their digests.
using Sums = std::map<std::string, std::string>;

// Nothing if sha256sum would read another list out of it.
std::optional<std::string> sums_text(const Sums& sums);

// As sha256sum --strict reads it; nothing for a line that it refuses, or whose path it would change.
std::optional<Sums> parse_sums(std::string_view text);

} // namespace kpb

#endif
