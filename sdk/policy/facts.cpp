// SPDX-License-Identifier: GPL-2.0-only
//
// See facts.hpp.
#include <kpb/policy/facts.hpp>

namespace kpb::policy {

namespace {

void take_module(const sdk::Document& document, Facts& facts) {
  for (const char* path : {"/modules/0/replace", "/request/replace"})
    if (const kpb_value v = document.value(path); v.kind == KPB_KIND_BOOLEAN) {
      facts.replace = v.integer != 0;
      break;
    }
  facts.functions =
      views::functions(document, document.size("/modules/0/functions") > 0 ? "/modules/0/functions"
                                                                           : "/request/functions");
  facts.states = document.texts(document.size("/modules/0/states") > 0 ? "/modules/0/states"
                                                                       : "/request/states");
}

} // namespace

KernelId kernel_of(const sdk::Document& document) {
  auto kernel = kernel_of(document.text("/kernel/release"));
  kernel.package_version = document.text("/kernel/package_version");
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
  facts.stem = document.text("/request/stem");
  facts.epoch = package.epoch;
  facts.version = package.version;
  facts.release = package.release;
  take_module(document, facts);
  if (document.has("/request/on_top_of"))
    facts.on_top_of = views::read<Exact>(document, "/request/on_top_of");
  facts.supersedes = views::all<Exact>(document, "/request/supersedes");
  facts.members = views::members(document);
  return facts;
}

PackageKind kind_of(const sdk::Document& document) {
  const auto kind = document.text("/request/kind");
  return kind == "subscription"  ? PackageKind::subscription
         : kind == "metapackage" ? PackageKind::metapackage
                                 : PackageKind::live_patch;
}

bool has_module(const sdk::Document& document) {
  return kind_of(document) == PackageKind::live_patch;
}

std::string version_in_names(const sdk::Document& document) {
  const std::string epoch(document.text("/package/epoch"));
  return (epoch.empty() ? "" : epoch + "_") + std::string(document.text("/package/version")) + "-" +
         std::string(document.text("/package/release"));
}

} // namespace kpb::policy
