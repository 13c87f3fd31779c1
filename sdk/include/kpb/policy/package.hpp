// SPDX-License-Identifier: GPL-2.0-only
//
// The two calls of a policy that keeps packages apart; the policies themselves add names to it.
#ifndef KPB_SDK_POLICY_PACKAGE_HPP
#define KPB_SDK_POLICY_PACKAGE_HPP

#include <kpb/policy/settings.hpp>

#include <kpb/sdk.hpp>

#include <string>

namespace kpb::policy {

// What a policy chose to call things; file is "" where there is no module.
struct Names {
  std::string package;
  std::string file;
};

// "kpatch-patches-P": no vendor has a name for the package that brings the patches of several kernels.
std::string metapackage_name(const sdk::Document& document);

// Puts the names, and refuses now what describe() would refuse after an hour of building.
void put_names(const sdk::Document& document, const sdk::Sink& out, const Settings& settings,
               Form form, const Names& names);

// Texts, files and relations.
void describe(const sdk::Document& document, const sdk::Sink& out, const Settings& settings,
              Form form);

} // namespace kpb::policy

#endif
