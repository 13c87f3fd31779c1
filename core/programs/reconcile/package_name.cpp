// SPDX-License-Identifier: GPL-2.0-only
//
// See package_name.hpp.
#include "core/programs/reconcile/package_name.hpp"

#include "core/base/sha256.hpp"

namespace kpb::runtime {

std::string name_for_dpkg(std::string_view name) {
  std::string out;
  bool changed = false;
  for (const char c : name) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool legal = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9') || low == '+' ||
                       low == '.' || low == '-';
    changed = changed || !legal;
    out += legal ? low : '-';
  }
  return changed ? out + "-" + sha256_hex(name).substr(0, 8) : out;
}

bool is_called(std::string_view name, std::string_view given) {
  return given == name || given == name_for_dpkg(name);
}

} // namespace kpb::runtime
