// SPDX-License-Identifier: GPL-2.0-only
//
// A package has the name that its policy gave it, and another one for dpkg where that is none for dpkg
// (docs/relations.md). modules.conf has the first; people and --on-top-of may say either.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_PACKAGE_NAME_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_PACKAGE_NAME_HPP

#include <string>
#include <string_view>

namespace kpb::runtime {

// As the deb backend makes it (plugins/deb/names.hpp): in lower case, what is illegal a '-', and 8 digits of the
// SHA-256 where anything was.
std::string name_for_dpkg(std::string_view name);

// Whether `given` means the package `name`.
bool is_called(std::string_view name, std::string_view given);

} // namespace kpb::runtime

#endif
