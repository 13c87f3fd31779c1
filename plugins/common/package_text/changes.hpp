// SPDX-License-Identifier: GPL-2.0-only
//
// What the changelog of a package says. Scanners and admins look there for CVE numbers.
#ifndef KPB_PLUGINS_COMMON_PACKAGE_TEXT_CHANGES_HPP
#define KPB_PLUGINS_COMMON_PACKAGE_TEXT_CHANGES_HPP

#include "kind.hpp"

#include <kpb/sdk.hpp>

#include <string>
#include <vector>

namespace kpb::package_text {

// One line each, of allow-listed words: fit for every format as they are.
std::vector<std::string> changes_of(const Kind& kind, const sdk::Document& document);

} // namespace kpb::package_text

#endif
