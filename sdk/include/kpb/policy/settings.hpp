// SPDX-License-Identifier: GPL-2.0-only
//
// The settings that every policy with relations has. They are asked for in name(): the host wants to have
// heard of all settings before anything is built.
#ifndef KPB_SDK_POLICY_SETTINGS_HPP
#define KPB_SDK_POLICY_SETTINGS_HPP

#include <kpb/policy/relations.hpp>

#include <kpb/sdk.hpp>

#include <string>
#include <string_view>

namespace kpb::policy {

struct Settings {
  std::string install_dir;
  RelationSettings relations;
};

// Throws for values that cannot be.
Settings settings_of(const sdk::Host& host);

// Letters, digits and . _ + - without "..".
bool is_plain(std::string_view word);

} // namespace kpb::policy

#endif
