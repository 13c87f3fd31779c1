// SPDX-License-Identifier: GPL-2.0-only
//
// rpm makes macros of a spec's tags, and expands what they stand for once more: "%{summary}" in a
// description runs the "%(command)" that is harmless text in the Summary itself. A template (a site can
// bring its own) must not do that.
#ifndef KPB_PLUGIN_RPM_TAG_MACROS_HPP
#define KPB_PLUGIN_RPM_TAG_MACROS_HPP

#include <string>
#include <string_view>

namespace kpb::rpm {

// The first macro in a rendered spec that stands for a tag with free text, as written ("%{summary}"), or
// "". Values are escaped when they get here, so a single '%' can only come from the template.
std::string find_tag_macro(std::string_view spec);

} // namespace kpb::rpm

#endif
