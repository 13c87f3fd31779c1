// SPDX-License-Identifier: GPL-2.0-only
//
// The document's facts in the form that relations are made from.
#ifndef KPB_SDK_POLICY_FACTS_HPP
#define KPB_SDK_POLICY_FACTS_HPP

#include <kpb/policy/relations.hpp>

#include <kpb/sdk.hpp>

namespace kpb::policy {

KernelId kernel_of(const sdk::Document& document);

// As far as they are known: what was inspected, else what was asked for.
Facts facts_of(const sdk::Document& document, Form form, const RelationSettings& settings);

// "subscription" and "metapackage" hold no module.
bool has_module(const sdk::Document& document);

// For file names, which cannot have an epoch's ':': "V-R" or "E_V-R". A new epoch is a new module too.
std::string version_in_names(const sdk::Document& document);

} // namespace kpb::policy

#endif
