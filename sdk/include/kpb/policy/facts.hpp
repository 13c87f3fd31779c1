// SPDX-License-Identifier: GPL-2.0-only
//
// What the document says, in the form that names and relations are made from.
#ifndef KPB_SDK_POLICY_FACTS_HPP
#define KPB_SDK_POLICY_FACTS_HPP

#include <kpb/policy/relations.hpp>

#include <kpb/sdk.hpp>

namespace kpb::policy {

PackageKind kind_of(const sdk::Document& document);
// Subscriptions and metapackages have none.
bool has_module(const sdk::Document& document);

// The kernel that the package is for. Of a metapackage, which has none, all of it is empty.
KernelId kernel_of(const sdk::Document& document);

// As far as they are known: what was found in the module, else what the user declared.
Facts facts_of(const sdk::Document& document, const RelationSettings& settings,
               Scheme scheme = Scheme::standard);

// For file names, which cannot have an epoch's ':': "V-R" or "E_V-R". It belongs in the name of a module's file:
// kpatch does not load a new version under the name of one that is loaded.
std::string version_in_names(const sdk::Document& document);

} // namespace kpb::policy

#endif
