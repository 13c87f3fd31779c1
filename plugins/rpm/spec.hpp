// SPDX-License-Identifier: GPL-2.0-only
//
// A package document as a spec: the values that templates/rpm/package.spec is rendered with. What
// the spec looks like is the template's business; that every value is safe in it, this file's.
#ifndef KPB_PLUGIN_RPM_SPEC_HPP
#define KPB_PLUGIN_RPM_SPEC_HPP

#include "plan.hpp"

#include <utility>
#include <vector>

namespace kpb::rpm {

inline constexpr std::string_view k_spec_template = "rpm/package.spec";

// Every name of the template has a value here; what the package does not have is `false` or an empty
// list. README.md lists them, for sites with a template of their own.
sdk::TemplateValues spec_values(const Plan& plan, const sdk::Document& document);

// The free texts of /package that an RPM cannot hold as they are, and what it holds instead: a line
// that begins with '%' gets "| " in front, tabs become blanks, and so on (spec_text.hpp).
std::vector<std::pair<std::string, std::string>> changed_texts(const sdk::Document& document);

} // namespace kpb::rpm

#endif
