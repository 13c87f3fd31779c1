// SPDX-License-Identifier: GPL-2.0-only
//
// Dates are computed here, not by strftime: rpm only warns about a wrong weekday, and a locale would
// change the words.
#include "changelog.hpp"

#include "allow_list.hpp"
#include "spec_text.hpp"

#include <array>
#include <chrono>
#include <vector>

namespace kpb::rpm {

std::string changelog_date(int64_t seconds) {
  static constexpr std::array<const char*, 7> k_days = {"Sun", "Mon", "Tue", "Wed",
                                                        "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> k_months = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // rpm refuses years before 1997 and from 3000 on.
  constexpr int64_t k_first = 852076800;
  constexpr int64_t k_end = 32503680000;
  if (seconds < k_first || seconds >= k_end)
    return {};
  const std::chrono::sys_days day{std::chrono::days{seconds / 86400}};
  const std::chrono::year_month_day date{day};
  const unsigned number = static_cast<unsigned>(date.day());
  return std::string(k_days[std::chrono::weekday{day}.c_encoding()]) + " " +
         k_months[static_cast<unsigned>(date.month()) - 1] + (number < 10 ? " 0" : " ") +
         std::to_string(number) + " " + std::to_string(static_cast<int>(date.year()));
}

namespace {

// In the spec's own escaping; "author" is empty where there is no entry.
struct Entry {
  std::string date;
  std::string author;
  std::string evr;
  std::vector<std::string> texts;
};

Entry entry_of(const Plan& plan, const sdk::Document& document) {
  const auto packager = document.text("/package/packager");
  Entry entry;
  entry.date = changelog_date(document.integer("/source_date_epoch"));
  if (packager.empty() || entry.date.empty())
    return entry;
  entry.author = spec_line(packager, "packager");
  entry.evr = (plan.epoch.empty() ? "" : plan.epoch + ":") + plan.version + "-" + plan.release;
  const auto release = document.text("/kernel/release");
  entry.texts.push_back(release.empty() ? std::string("Made by kpb")
                                        : "Live patch for kernel " + kernel_release(release));
  for (const auto& cve : document.texts("/package/cves"))
    entry.texts.push_back("Fixes " + cve_number(cve));
  return entry;
}

} // namespace

void put_changelog(sdk::TemplateValues& values, const Plan& plan, const sdk::Document& document) {
  values.array("/changelog");
  const Entry entry = entry_of(plan, document);
  if (entry.author.empty())
    return;
  values.text("/changelog/0/date", entry.date);
  values.text("/changelog/0/author", entry.author);
  values.text("/changelog/0/evr", entry.evr);
  for (size_t i = 0; i < entry.texts.size(); ++i)
    values.text("/changelog/0/entries/" + std::to_string(i) + "/text", entry.texts[i]);
}

std::string changelog_text(const Plan& plan, const sdk::Document& document) {
  const Entry entry = entry_of(plan, document);
  if (entry.author.empty())
    return {};
  std::string author;
  unescape_spec_text(entry.author, author);
  std::string out = "* " + entry.date + " " + author + " - " + entry.evr + "\n";
  for (const auto& text : entry.texts)
    out += "- " + text + "\n";
  return out;
}

} // namespace kpb::rpm
