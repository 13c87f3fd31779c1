// SPDX-License-Identifier: GPL-2.0-only
//
// Computed here, not by strftime: rpm only warns about a wrong weekday, and a locale would change the words.
#include "calendar.hpp"

#include <array>
#include <chrono>

namespace kpb::package_text {
namespace {

std::string two_digits(int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

} // namespace

Moment moment_of(int64_t seconds) {
  static constexpr std::array<const char*, 7> k_days = {"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> k_months = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds instant{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date{day};
  const int64_t of_day = (instant - day).count();
  return {k_days[std::chrono::weekday{day}.c_encoding()],
          two_digits(static_cast<unsigned>(date.day())),
          k_months[static_cast<unsigned>(date.month()) - 1],
          std::to_string(static_cast<int>(date.year())),
          two_digits(of_day / 3600) + ":" + two_digits(of_day / 60 % 60) + ":" +
              two_digits(of_day % 60)};
}

} // namespace kpb::package_text
