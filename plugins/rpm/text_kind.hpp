// SPDX-License-Identifier: GPL-2.0-only
//
// Whether rpmbuild should have told what kind of text a file is. It asks libmagic, which answers in words
// of its own when it cannot open the file, and rpm then keeps nothing: the package differs, and exit
// status and digests are good.
#ifndef KPB_PLUGINS_RPM_TEXT_KIND_HPP
#define KPB_PLUGINS_RPM_TEXT_KIND_HPP

#include <string_view>

namespace kpb::rpm {

// True for what rpm would have kept the kind of. libmagic is loaded for this question alone; where it cannot
// be, the answer is no.
bool has_kind_of_text(std::string_view content);

} // namespace kpb::rpm

#endif
