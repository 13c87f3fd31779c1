// SPDX-License-Identifier: GPL-2.0-only
//
// The plugin's two small templates, a Kbuild and lines of shell. They are too full of '$', '%' and
// braces for kpb's template language to be of help.
#ifndef KPB_PLUGINS_KBUILD_TEXT_HPP
#define KPB_PLUGINS_KBUILD_TEXT_HPP

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kpb::builders {

// Replaces each @KEY@. What is put in is not looked at again.
std::string fill(std::string_view text, const std::map<std::string_view, std::string>& values);

// The lines of `text`; one that begins with a blank continues the line before it.
std::vector<std::string> unfold_lines(std::string_view text);

} // namespace kpb::builders

#endif
