// SPDX-License-Identifier: GPL-2.0-only
//
// The values that a template is rendered with. Their names are the template's own: a value is called "/summary"
// because the template says <%summary%>, not because a document has a field of that name.
#ifndef KPB_PLUGIN_PACKAGE_TEXT_TEMPLATE_VALUES_HPP
#define KPB_PLUGIN_PACKAGE_TEXT_TEMPLATE_VALUES_HPP

#include <kpb/sdk.hpp>

#include <string>
#include <string_view>

namespace kpb::package_text {

// The name of a value in a list of the template: at("/files", 3, "path").
inline std::string at(std::string_view list, size_t index, std::string_view name) {
  return pointer(list, index, name);
}

// Of a value that a package may lack: a template can ask for `false`, not for "".
inline void text_or_false(sdk::TemplateValues& values, const std::string& path,
                          const std::string& text) {
  if (text.empty())
    values.boolean(path, false);
  else
    values.text(path, text);
}

} // namespace kpb::package_text

#endif
