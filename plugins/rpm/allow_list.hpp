// SPDX-License-Identifier: GPL-2.0-only
//
// What may stand in a spec as it is: names, versions, paths and dependencies. They are never
// escaped. rpm, the shell and file systems read such text each in their own way, so whatever is
// outside these lists is refused, even where rpm alone would take it. Each function throws
// kpb::sdk::Error, and returns its argument for use in an expression.
#ifndef KPB_PLUGIN_RPM_ALLOW_LIST_HPP
#define KPB_PLUGIN_RPM_ALLOW_LIST_HPP

#include "plugins/common/package_text/allow_list.hpp"

#include <string>
#include <string_view>

namespace kpb::rpm {

constexpr package_text::Kind k_kind = {"an RPM", "rpm-text", "rpm-name"};
constexpr size_t k_name_limit = 200; // rpm takes more, the file name with version and arch does not

// [A-Za-z0-9][A-Za-z0-9._+-]*, no "..".
std::string package_name(std::string_view name);
// [A-Za-z0-9._+~]+, no ".."; `what` is "version" or "release".
std::string version_part(std::string_view value, std::string_view what);
// Decimal, fits 32 bits. "" stays "".
std::string epoch_number(std::string_view value);
// A plain file name: [A-Za-z0-9_][A-Za-z0-9._+~-]*.
std::string file_name(std::string_view name);
// [a-z0-9_]+
std::string architecture(std::string_view arch);
// Absolute, of parts [A-Za-z0-9._+~-]+, none of them "." or "..".
std::string install_path(std::string_view path);
// The same without the leading slash.
std::string relative_path(std::string_view path);
// "NAME" or "NAME OPERATOR EVR", as rpm's parser of dependencies takes it for one dependency.
std::string dependency(std::string_view name, std::string_view comparison, std::string_view evr);
// "(DEPENDENCY if CONDITION)"; the first was checked, the second is a line as below.
std::string conditional(const std::string& dependency, std::string_view condition);
// A line in that form, taken apart and checked.
std::string dependency_line(std::string_view line);
// One line of shell for a %build section. It cannot be escaped without changing it.
std::string shell_line(std::string_view line);

} // namespace kpb::rpm

#endif
