// SPDX-License-Identifier: GPL-2.0-only
//
// See facts.hpp.
#include <kpb/policy/facts.hpp>

namespace kpb::policy {

namespace {

void take_module(const sdk::Document& document, Facts& facts) {
  facts.replace = views::module_of(document).replace;
  if (!facts.replace && document.has(fields::request_replace))
    facts.replace = document.boolean(fields::request_replace);
  const auto found_or_declared = [&](std::string_view found, std::string_view declared) {
    return document.size(found) > 0 ? found : declared;
  };
  facts.functions = views::functions(
      document, found_or_declared(fields::module_functions, fields::request_functions));
  facts.states = document.texts(found_or_declared(fields::module_states, fields::request_states));
}

} // namespace

KernelId kernel_of(const sdk::Document& document) {
  auto kernel = kernel_of(document.text(fields::kernel_release));
  kernel.package_version = document.text(fields::kernel_package_version);
  return kernel;
}

Facts facts_of(const sdk::Document& document, const RelationSettings& settings, Scheme scheme) {
  Facts facts;
  facts.scheme = scheme;
  facts.kind = kind_of(document);
  facts.settings = settings;
  facts.kernel = kernel_of(document);
  const auto package = views::package_of(document);
  facts.name = package.name;
  facts.stem = document.text(fields::request_stem);
  facts.epoch = package.epoch;
  facts.version = package.version;
  facts.release = package.release;
  take_module(document, facts);
  if (document.has(fields::request_on_top_of))
    facts.on_top_of = views::read<Exact>(document, fields::request_on_top_of);
  facts.supersedes = views::all<Exact>(document, fields::request_supersedes);
  facts.members = views::members(document);
  return facts;
}

PackageKind kind_of(const sdk::Document& document) {
  const auto kind = document.text(fields::request_kind);
  return kind == "subscription"  ? PackageKind::subscription
         : kind == "metapackage" ? PackageKind::metapackage
                                 : PackageKind::live_patch;
}

bool has_module(const sdk::Document& document) {
  return kind_of(document) == PackageKind::live_patch;
}

std::string version_in_names(const sdk::Document& document) {
  const auto package = views::package_of(document);
  return (package.epoch.empty() ? "" : package.epoch + "_") + package.version + "-" +
         package.release;
}

} // namespace kpb::policy
