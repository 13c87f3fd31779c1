// SPDX-License-Identifier: GPL-2.0-only
//
// Which of two versions is newer, as rpm has it (and dpkg, for the characters that kpb lets into versions):
// file names sort 1-10 before 1-9, and the older fix would win.
#ifndef KPB_CORE_BASE_VERSION_HPP
#define KPB_CORE_BASE_VERSION_HPP

#include <string>
#include <string_view>

namespace kpb {

// Less than, equal to or greater than 0. Runs of digits as numbers, runs of letters as text; '~' sorts
// before the end, '^' after it but before anything else.
int compare_versions(std::string_view a, std::string_view b);

struct Evr {
  std::string epoch; // decimal; "" is 0
  std::string version;
  std::string release;

  std::string text() const; // [E:]V-R
};

int compare(const Evr& a, const Evr& b);

} // namespace kpb

#endif
