// SPDX-License-Identifier: GPL-2.0-only
//
// The changelog of a package: one entry, made of what the document says. Scanners and admins look
// there for CVE numbers ("rpm -q --changelog"), and RPM from Fedora and EL 9 take a rebuild's
// SOURCE_DATE_EPOCH from it.
#ifndef KPB_PLUGIN_RPM_CHANGELOG_HPP
#define KPB_PLUGIN_RPM_CHANGELOG_HPP

#include "plan.hpp"

#include <cstdint>
#include <string>

namespace kpb::rpm {

// An entry needs a person: there is one only where the document names a packager.
void put_changelog(sdk::TemplateValues& values, const Plan& plan, const sdk::Document& document);

// The same as it stands in a finished package: "* DATE AUTHOR - EVR", then "- TEXT" lines; "" without one.
std::string changelog_text(const Plan& plan, const sdk::Document& document);

// "Tue Nov 14 2023", in UTC and English whatever the locale; "" outside of what rpm takes.
std::string changelog_date(int64_t seconds);

} // namespace kpb::rpm

#endif
