// SPDX-License-Identifier: GPL-2.0-only
//
// Reads the header's tags, and reports header, files and relations in kpb's terms.
#include "read_back.hpp"

#include "changelog.hpp"
#include "extras.hpp"
#include "package_file.hpp"
#include "payload.hpp"
#include "relations.hpp"
#include "scripts.hpp"

#include <rpm/rpmtd.h>

#include <array>
#include <cstdio>

namespace kpb::rpm {
namespace {

namespace found = fields::found;

struct TagField {
  rpmTagVal tag;
  std::string_view field;
};

void report_identity(const PackageFile& package, const sdk::Sink& out) {
  static constexpr std::array<TagField, 10> k_texts = {{{RPMTAG_NAME, found::name},
                                                        {RPMTAG_VERSION, found::version},
                                                        {RPMTAG_RELEASE, found::release},
                                                        {RPMTAG_ARCH, found::arch},
                                                        {RPMTAG_SUMMARY, found::summary},
                                                        {RPMTAG_DESCRIPTION, found::description},
                                                        {RPMTAG_LICENSE, found::license},
                                                        {RPMTAG_GROUP, found::group},
                                                        {RPMTAG_URL, found::url},
                                                        {RPMTAG_PACKAGER, found::packager}}};
  const Header header = package.header();
  out.put(found::format, package.is_source() ? "srpm" : "rpm-build");
  out.put_boolean(found::source, package.is_source());
  for (const auto& entry : k_texts) {
    const std::string text = tag_text(header, entry.tag);
    // "Unspecified" is what rpm writes for a package without a group.
    if (!text.empty() && !(entry.tag == RPMTAG_GROUP && text == "Unspecified"))
      out.put(entry.field, text);
  }
  if (headerIsEntry(header, RPMTAG_EPOCH) != 0)
    out.put(found::epoch, std::to_string(tag_number(header, RPMTAG_EPOCH)));
}

// "4.14.3": before 4.16 rpm takes more than its inputs into a package (docs/decisions.md).
bool is_older_than_4_16(const std::string& version) {
  int major = 0;
  int minor = 0;
  return std::sscanf(version.c_str(), "%d.%d", &major, &minor) == 2 &&
         (major < 4 || (major == 4 && minor < 16));
}

void report_files(const PackageFile& package, const sdk::Sink& out) {
  for (const auto& file : packed_files(package))
    views::append(out, found::files, file);
}

// As changelog_text() has it.
std::string changelog_of(Header header) {
  std::string out;
  rpmtd_s times{};
  rpmtd_s names{};
  rpmtd_s texts{};
  headerGet(header, RPMTAG_CHANGELOGTIME, &times, HEADERGET_MINMEM);
  headerGet(header, RPMTAG_CHANGELOGNAME, &names, HEADERGET_MINMEM | HEADERGET_RAW);
  headerGet(header, RPMTAG_CHANGELOGTEXT, &texts, HEADERGET_MINMEM | HEADERGET_RAW);
  while (rpmtdNext(&times) >= 0) {
    const char* name = rpmtdNextString(&names);
    const char* text = rpmtdNextString(&texts);
    out += "* " + changelog_date(static_cast<int64_t>(rpmtdGetNumber(&times))) + " " +
           (name != nullptr ? name : "") + "\n" + (text != nullptr ? text : "") + "\n";
  }
  rpmtdFreeData(&times);
  rpmtdFreeData(&names);
  rpmtdFreeData(&texts);
  return out;
}

void report_relations(const PackageFile& package, const sdk::Sink& out) {
  for (const auto& relation : relations_of(package.header()))
    views::append(out, found::relations, relation);
}

} // namespace

void read_back_package(const sdk::Host& host, std::string_view path, const sdk::Sink& out) {
  LogCapture log;
  try {
    const PackageFile package{std::string(path)};
    package.check_payload();
    check_classes(package);
    report_identity(package, out);
    if (const std::string made_by = tag_text(package.header(), RPMTAG_RPMVERSION);
        is_older_than_4_16(made_by))
      out.warn({.fault = sdk::Fault::environment,
                .code = "rpm-old",
                .where = std::string(path),
                .what = "it was made by rpm " + made_by,
                .why = "with rpm before 4.16, the same inputs do not always give the same bytes"});
    report_files(package, out);
    report_relations(package, out);
    out.put(found::changelog, changelog_of(package.header()));
    for (const auto& extra : extras_of(package))
      out.put(pointer(found::extras, "-"), extra);
    out.put_integer(found::scripts, static_cast<int64_t>(count_scripts(package.header())));
    unpack(package,
           [&](const std::string& name, const std::string& content) { out.file(name, content); });
  } catch (const Damage& damage) {
    if (const std::string said = log.taken(); !said.empty())
      host.debug("librpm says: " + said);
    throw sdk::Error(
        {.fault = sdk::Fault::verification,
         .code = "rpm-damaged",
         .where = std::string(path),
         .what = std::string("the package is damaged: ") + damage.what(),
         .why = damage.why(),
         .hint = "make it again; on a full disk, rpmbuild silently truncates packages"});
  } catch (const sdk::Error& error) {
    auto said = error.diagnostic();
    said.where = path;
    throw sdk::Error(std::move(said));
  }
}

} // namespace kpb::rpm
