// SPDX-License-Identifier: GPL-2.0-only
//
// See facts.hpp.
#include <kpb/policy/facts.hpp>

namespace kpb::policy {

namespace {

std::string at(const char* array, size_t index, const char* member) {
  return std::string(array) + "/" + std::to_string(index) + "/" + member;
}

void take_module(const sdk::Document& document, Facts& facts) {
  for (const char* path : {"/modules/0/replace", "/request/replace"})
    if (const kpb_value v = document.value(path); v.kind == KPB_KIND_BOOLEAN) {
      facts.replace = v.integer != 0;
      break;
    }
  const char* functions =
      document.size("/modules/0/functions") > 0 ? "/modules/0/functions" : "/request/functions";
  const size_t count = document.size(functions);
  facts.functions.reserve(count);
  for (size_t i = 0; i < count; ++i)
    facts.functions.push_back(
        {std::string(document.text(at(functions, i, "object"))),
         std::string(document.text(at(functions, i, "name"))),
         static_cast<uint64_t>(document.integer(at(functions, i, "position"), 1))});
  facts.states = document.texts(document.size("/modules/0/states") > 0 ? "/modules/0/states"
                                                                       : "/request/states");
}

} // namespace

KernelId kernel_of(const sdk::Document& document) {
  auto kernel = kernel_of(document.text("/kernel/release"));
  kernel.package_version = document.text("/kernel/package_version");
  return kernel;
}

Facts facts_of(const sdk::Document& document, Form form, const RelationSettings& settings) {
  Facts facts;
  facts.form = form;
  facts.settings = settings;
  facts.kernel = kernel_of(document);
  facts.name = document.text("/package/name");
  facts.stem = document.text("/request/stem");
  facts.epoch = document.text("/package/epoch");
  facts.version = document.text("/package/version");
  facts.release = document.text("/package/release");
  take_module(document, facts);
  if (document.has("/request/on_top_of"))
    facts.on_top_of = Exact{std::string(document.text("/request/on_top_of/name")),
                            std::string(document.text("/request/on_top_of/version"))};
  for (size_t i = 0; i < document.size("/request/supersedes"); ++i)
    facts.supersedes.push_back(
        {std::string(document.text(at("/request/supersedes", i, "name"))),
         std::string(document.text(at("/request/supersedes", i, "version")))});
  for (size_t i = 0; i < document.size("/members"); ++i)
    facts.members.push_back({std::string(document.text(at("/members", i, "name"))),
                             std::string(document.text(at("/members", i, "condition")))});
  return facts;
}

bool has_module(const sdk::Document& document) {
  const auto kind = document.text("/request/kind");
  return kind != "subscription" && kind != "metapackage";
}

std::string version_in_names(const sdk::Document& document) {
  const std::string epoch(document.text("/package/epoch"));
  return (epoch.empty() ? "" : epoch + "_") + std::string(document.text("/package/version")) + "-" +
         std::string(document.text("/package/release"));
}

} // namespace kpb::policy
