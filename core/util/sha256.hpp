// SPDX-License-Identifier: GPL-2.0-only
//
// SHA-256 by libcrypto, the only digest kpb uses.
#ifndef KPB_CORE_UTIL_SHA256_HPP
#define KPB_CORE_UTIL_SHA256_HPP

#include <string>
#include <string_view>

namespace kpb {

// 64 lower-case hex digits.
std::string sha256_hex(std::string_view data);

} // namespace kpb

#endif
