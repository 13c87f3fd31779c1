// SPDX-License-Identifier: GPL-2.0-only
//
// JSON pointers out of their parts. The names of the fields are in fields.hpp.
#ifndef KPB_SDK_POINTER_HPP
#define KPB_SDK_POINTER_HPP

#include <string>
#include <string_view>
#include <type_traits>

namespace kpb {

// pointer("/files", 0, "path") is "/files/0/path". After the first part, numbers are indexes and texts are names
// of members, or several of them ("signature/size"); an empty text adds nothing. No name may hold '/' or '~'.
template <class... Parts> std::string pointer(std::string_view base, const Parts&... parts) {
  std::string out(base);
  const auto add = [&out](const auto& part) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(part)>>) {
      out += '/';
      out += std::to_string(part);
    } else if (const std::string_view text(part); !text.empty()) {
      out += '/';
      out += text;
    }
  };
  (add(parts), ...);
  return out;
}

} // namespace kpb

#endif
