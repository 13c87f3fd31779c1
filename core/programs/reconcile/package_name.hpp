// SPDX-License-Identifier: GPL-2.0-only
//
// A package has the name that its policy gave it, and another one for dpkg if dpkg does not allow
// that name (docs/relations.md). modules.conf has the first; users and --on-top-of may use either.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_PACKAGE_NAME_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_PACKAGE_NAME_HPP

#include <string>
#include <string_view>

namespace kpb::runtime {

// The name that the deb backend makes (plugins/deb/names.hpp): in lower case, with '-' for illegal
// characters, and if there were any, 8 digits of the SHA-256.
std::string name_for_dpkg(std::string_view name);

// Whether `given` means the package `name`.
bool is_called(std::string_view name, std::string_view given);

} // namespace kpb::runtime

#endif
