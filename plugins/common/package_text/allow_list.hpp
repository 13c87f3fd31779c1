// SPDX-License-Identifier: GPL-2.0-only
//
// What may stand in any package as it is: paths, epochs, kernels, CVE numbers. They are never escaped; what is
// outside of a list is refused, even where a package manager would take it. Each function throws
// kpb::sdk::Error, and returns its argument for use in an expression.
#ifndef KPB_PLUGINS_COMMON_PACKAGE_TEXT_ALLOW_LIST_HPP
#define KPB_PLUGINS_COMMON_PACKAGE_TEXT_ALLOW_LIST_HPP

#include "kind.hpp"

#include <kpb/sdk/names.hpp>

#include <string>

namespace kpb::package_text {

// "an RPM cannot have the NAME 'VALUE': RULE"
[[noreturn]] void refuse(const Kind& kind, std::string_view what, std::string_view value,
                         std::string_view rule);

// Decimal, fits 32 bits. "" stays "".
std::string epoch_number(const Kind& kind, std::string_view value);
// Absolute, of parts [A-Za-z0-9._+~-]+ that do not begin with '-', none of them "." or "..".
std::string install_path(const Kind& kind, std::string_view path);
// The same without the leading slash.
std::string relative_path(const Kind& kind, std::string_view path);
// CVE-YYYY-NNNN.
std::string cve_number(const Kind& kind, std::string_view id);
// A `uname -r`.
std::string kernel_release(const Kind& kind, std::string_view release);

} // namespace kpb::package_text

#endif
