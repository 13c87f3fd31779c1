// SPDX-License-Identifier: GPL-2.0-only
//
// How the functions of this library call what they check texts for, and which codes their refusals have:
// the rules are the same for every format, the words are not.
#ifndef KPB_PLUGINS_COMMON_PACKAGE_TEXT_KIND_HPP
#define KPB_PLUGINS_COMMON_PACKAGE_TEXT_KIND_HPP

#include <string_view>

namespace kpb::package_text {

struct Kind {
  std::string_view noun;      // "an RPM"
  std::string_view text_code; // of free text that cannot be held
  std::string_view name_code; // of names, versions, paths and the like
};

} // namespace kpb::package_text

#endif
