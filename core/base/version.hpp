// SPDX-License-Identifier: GPL-2.0-only
//
// Decides which of two versions is newer, as rpm does (and dpkg, for the characters that kpb allows
// in versions). File names must not decide that: they sort 1-10 before 1-9, and the older fix would
// win.
#ifndef KPB_CORE_BASE_VERSION_HPP
#define KPB_CORE_BASE_VERSION_HPP

#include <string>
#include <string_view>

namespace kpb {

// Less than, equal to or greater than 0. Runs of digits are compared as numbers, runs of letters as
// text; '~' sorts before the end, '^' after the end but before anything else.
int compare_versions(std::string_view a, std::string_view b);

struct Evr {
  std::string epoch; // decimal; "" is 0
  std::string version;
  std::string release;

  std::string text() const; // [E:]V-R
  // The same words; compare() has which is newer.
  bool operator==(const Evr&) const = default;
};

int compare(const Evr& a, const Evr& b);

} // namespace kpb

#endif
