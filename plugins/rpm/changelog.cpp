// SPDX-License-Identifier: GPL-2.0-only
//
// See changelog.hpp.
#include "changelog.hpp"

#include "allow_list.hpp"
#include "plugins/common/package_text/calendar.hpp"
#include "plugins/common/package_text/changes.hpp"
#include "plugins/common/package_text/template_values.hpp"
#include "spec_text.hpp"

#include <vector>

namespace kpb::rpm {

std::string changelog_date(int64_t seconds) {
  // rpm refuses years before 1997 and from 3000 on.
  constexpr int64_t k_first = 852076800;
  constexpr int64_t k_end = 32503680000;
  if (seconds < k_first || seconds >= k_end)
    return {};
  const auto moment = package_text::moment_of(seconds);
  return moment.weekday + " " + moment.month + " " + moment.day + " " + moment.year;
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
  const auto packager = document.text(fields::package_packager);
  Entry entry;
  entry.date = changelog_date(document.integer(fields::source_date_epoch));
  if (packager.empty() || entry.date.empty())
    return entry;
  entry.author = spec_line(packager, "packager");
  entry.evr = (plan.epoch.empty() ? "" : plan.epoch + ":") + plan.version + "-" + plan.release;
  entry.texts = package_text::changes_of(k_kind, document);
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
    values.text(package_text::at("/changelog/0/entries", i, "text"), entry.texts[i]);
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
