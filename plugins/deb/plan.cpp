// SPDX-License-Identifier: GPL-2.0-only
//
// See plan.hpp.
#include "plan.hpp"

#include "contents.hpp"
#include "control_text.hpp"
#include "names.hpp"
#include "transitional.hpp"

namespace kpb::deb {
namespace {

using sdk::Document;

// lintian of Debian 12 calls packages with zstd malformed, though dpkg and apt take them.
tarball::Compression compression_of(const sdk::Host& host) {
  const std::string wanted = host.setting("payload", "xz");
  if (wanted == "xz")
    return tarball::Compression::xz;
  if (wanted == "gzip")
    return tarball::Compression::gzip;
  if (wanted == "zstd")
    return tarball::Compression::zstd;
  throw sdk::Error({.fault = sdk::Fault::input,
                    .code = "deb-payload",
                    .what = "the setting payload is '" + wanted + "'",
                    .hint = "it is xz (default), gzip or zstd"});
}

// A deb must name somebody. Where nobody was named it says so, in a domain that no mail reaches.
std::string maintainer_of(const Document& document) {
  const auto packager = document.text(fields::package_packager);
  return packager.empty() ? "unknown <unknown@invalid>" : control_line(packager, "packager");
}

void describe(Deb& deb, const sdk::Host& host, const Document& document, Relations relations,
              const sdk::Sink& out) {
  deb.maintainer = maintainer_of(document);
  if (const auto url = document.text(fields::package_url); !url.empty())
    deb.homepage = control_line(url, "url");
  deb.summary = control_line(document.text(fields::package_summary), "summary");
  deb.description = control_lines(document.text(fields::package_description), "description");
  deb.section = k_section;
  deb.relations = std::move(relations.list);
  deb.functions = std::move(relations.functions);
  add_document_files(deb, document);
  add_own_files(deb, host, document, out);
}

} // namespace

Plan make_plan(const sdk::Host& host, const Document& document, const sdk::Sink& out) {
  Plan plan;
  plan.compression = compression_of(host);
  const bool strict = strict_kernel(host);
  plan.described = document.has(fields::package_summary);
  Deb deb;
  const auto package = views::package_of(document);
  deb.name = name_for(package.name);
  deb.version = version_for(package.epoch, package.version, package.release);
  deb.arch = architecture_for(package.arch);
  deb.file_name = file_name(deb.name, deb.version, deb.arch);
  Relations relations = relations_of(document, deb.name, strict);
  const auto superseded = relations.superseded;
  if (plan.described)
    describe(deb, host, document, std::move(relations), out);
  plan.debs.push_back(std::move(deb));
  for (const auto& old : superseded) {
    plan.debs.push_back(transitional_for(plan.debs.front(), old));
    if (plan.described)
      describe_transitional(plan.debs.back(), plan.debs.front(), host, document, out);
  }
  return plan;
}

} // namespace kpb::deb
