// SPDX-License-Identifier: GPL-2.0-only
//
// Dates for changelogs, in UTC and English whatever the locale and the time zone.
#ifndef KPB_PLUGINS_COMMON_PACKAGE_TEXT_CALENDAR_HPP
#define KPB_PLUGINS_COMMON_PACKAGE_TEXT_CALENDAR_HPP

#include <cstdint>
#include <string>

namespace kpb::package_text {

struct Moment {
  std::string weekday; // "Tue"
  std::string day;     // two digits
  std::string month;   // "Nov"
  std::string year;
  std::string time; // "22:13:20"
};

// Of seconds since 1970.
Moment moment_of(int64_t seconds);

} // namespace kpb::package_text

#endif
