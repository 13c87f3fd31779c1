// SPDX-License-Identifier: GPL-2.0-only
//
// See contents.hpp.
#include "contents.hpp"

#include "control_text.hpp"
#include "names.hpp"
#include "plugins/common/package_text/calendar.hpp"
#include "plugins/common/package_text/changes.hpp"
#include "plugins/common/package_text/template_values.hpp"
#include "plugins/common/tarball/tarball.hpp"

#include <algorithm>
#include <set>

namespace kpb::deb {
namespace {

using package_text::text_or_false;
using sdk::Document;

// Directories of the documentation are named after the package as Debian calls it.
std::string doc_directory(const Deb& deb) { return "/usr/share/doc/" + deb.name + "/"; }

// "Name <address>": what reads changelogs wants both.
std::string author_of(const Deb& deb) {
  const bool address =
      deb.maintainer.find('<') != std::string::npos && deb.maintainer.back() == '>';
  return deb.maintainer + (address ? "" : " <unknown@invalid>");
}

std::string changelog_of(const Deb& deb, const sdk::Host& host, const Document& document,
                         const sdk::Sink& out) {
  sdk::TemplateValues values;
  values.text("/name", deb.name);
  values.text("/version", deb.version);
  values.text("/maintainer", author_of(deb));
  const auto moment = package_text::moment_of(document.integer(fields::source_date_epoch));
  values.text("/date", moment.weekday + ", " + moment.day + " " + moment.month + " " + moment.year +
                           " " + moment.time + " +0000");
  values.array("/changes");
  const auto changes =
      deb.beside.empty()
          ? package_text::changes_of(k_kind, document)
          : std::vector<std::string>{"Transitional package to " + deb.relations[0].name};
  for (size_t i = 0; i < changes.size(); ++i)
    values.text(package_text::at("/changes", i, "text"), changes[i]);
  return tarball::compress(host.render("deb/changelog", values, out), tarball::Compression::gzip);
}

// The text of the licenses that a kernel's changes come under lies on every Debian system.
std::string common_license(std::string_view license) {
  static constexpr std::string_view k_names[] = {
      "GPL-2.0-only", "GPL-2.0-or-later", "GPL-2.0", "GPL-2.0+", "GPLv2", "GPLv2+", "GPL-2"};
  return std::find(std::begin(k_names), std::end(k_names), license) == std::end(k_names)
             ? ""
             : "/usr/share/common-licenses/GPL-2";
}

std::string copyright_of(const sdk::Host& host, const Document& document, const sdk::Sink& out) {
  sdk::TemplateValues values;
  const auto release = document.text(fields::kernel_release);
  const std::string license = control_line(document.text(fields::package_license), "license");
  text_or_false(values, "/kernel",
                release.empty() ? "" : package_text::kernel_release(k_kind, release));
  values.text("/year", package_text::moment_of(document.integer(fields::source_date_epoch)).year);
  values.text("/license", license);
  text_or_false(values, "/common_license", common_license(license));
  return host.render("deb/copyright", values, out);
}

std::string overrides_of(const Deb& deb, const sdk::Host& host, const sdk::Sink& out) {
  sdk::TemplateValues values;
  values.text("/name", deb.name);
  return host.render("deb/lintian-overrides", values, out);
}

void add_directories(Deb& deb) {
  std::set<std::string> wanted;
  for (const auto& file : deb.files)
    for (size_t slash = file.path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = file.path.rfind('/', slash - 1))
      wanted.insert(file.path.substr(0, slash));
  for (const auto& file : deb.files)
    wanted.erase(file.path);
  for (const auto& path : wanted)
    deb.files.push_back({path, "dir", {}, {}});
  std::sort(deb.files.begin(), deb.files.end(),
            [](const PackedFile& a, const PackedFile& b) { return a.path < b.path; });
}

} // namespace

void add_document_files(Deb& deb, const Document& document) {
  for (const auto& file : views::files(document))
    deb.files.push_back(
        {package_text::install_path(k_kind, file.path), file.kind, file.stored, {}});
}

void add_own_files(Deb& deb, const sdk::Host& host, const Document& document,
                   const sdk::Sink& out) {
  const auto add = [&](const std::string& path, const char* kind, const auto& content) {
    const bool there = std::any_of(deb.files.begin(), deb.files.end(),
                                   [&](const PackedFile& file) { return file.path == path; });
    if (!there)
      deb.files.push_back({path, kind, {}, content()});
  };
  add(doc_directory(deb) + "changelog.Debian.gz", "doc",
      [&] { return changelog_of(deb, host, document, out); });
  add(doc_directory(deb) + "copyright", "doc", [&] { return copyright_of(host, document, out); });
  if (lists_functions(deb))
    add("/usr/share/lintian/overrides/" + deb.name, "data",
        [&] { return overrides_of(deb, host, out); });
  add_directories(deb);
}

} // namespace kpb::deb
