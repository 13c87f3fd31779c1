// SPDX-License-Identifier: GPL-2.0-only
//
// See package.hpp.
#include <kpb/policy/package.hpp>

#include <kpb/policy/contents.hpp>
#include <kpb/policy/facts.hpp>
#include <kpb/policy/kernel_families.hpp>

#include <set>

namespace kpb::policy {

namespace {

using sdk::Document;
using sdk::Sink;

std::vector<Relation> relations_or_throw(const Facts& facts) {
  auto relations = relations_of(facts);
  if (!relations)
    throw relations.error();
  return std::move(*relations);
}

// But for what a policy before this one said already.
void put_relations(const Document& document, const std::vector<Relation>& all, const Sink& out) {
  const auto before = views::relations(document);
  const std::set<Relation> there(before.begin(), before.end());
  for (const auto& relation : all)
    if (there.count(relation) == 0)
      views::append(out, fields::relations, relation);
}

// A package that does not require its kernel can be installed beside any.
void warn_of_kernel(const Facts& facts, const Sink& out) {
  const KernelId& kernel = facts.kernel;
  if (kernel.family.empty() || facts.settings.kernel_requires ||
      !kernel_requirement(kernel).empty())
    return;
  if (kernel.family == "suse" && kernel.package_version.empty())
    out.warn(
        "kernel-package-version",
        "the package will not require its kernel: the release does not tell the version of kernel-" +
            kernel.flavour,
        "--kernel-package-version W, as rpm -q kernel-" + kernel.flavour +
            " shows it, or --set kernel-requires=none");
  else
    out.warn(
        "kernel-requirement",
        "the package will not require its kernel: it is not known what the package of " +
            kernel.release + " provides that no other kernel does",
        "--set 'kernel-requires=NAME = VERSION', with what rpm -q --provides lists on a machine "
        "that has the kernel, or --set kernel-requires=none");
}

} // namespace

std::string metapackage_name(const Document& document) {
  return "kpatch-patches-" + std::string(document.text(fields::request_stem));
}

void put_names(const Document& document, const Sink& out, const Names& names,
               const PolicySettings& settings, Scheme scheme) {
  out.put(fields::package_name, names.package);
  if (has_module(document)) {
    out.put(fields::module_file, names.file);
    out.put(fields::module_directory,
            settings.install_dir + "/" + std::string(document.text(fields::kernel_release)));
  }
  Facts facts = facts_of(document, settings.relations, scheme);
  facts.name = names.package;
  facts.functions_follow = true; // as far as can be known before the module is built
  if (has_module(document) && !facts.replace)
    return; // kpb has refused it, or a policy after this one makes nothing of it
  relations_or_throw(facts);
  if (has_module(document))
    warn_of_kernel(facts, out);
}

void put_contents(const Document& document, const Sink& out, const PolicySettings& settings,
                  Scheme scheme) {
  Facts facts = facts_of(document, settings.relations, scheme);
  facts.functions_follow = document.text(fields::request_style) == "source";
  const auto relations = relations_or_throw(facts);
  put_texts(document, out);
  add_files(document, out);
  put_relations(document, relations, out);
}

} // namespace kpb::policy
