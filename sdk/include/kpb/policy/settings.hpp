// SPDX-License-Identifier: GPL-2.0-only
//
// The settings (--set KEY=VALUE) that every policy with the scheme's relations has.
#ifndef KPB_SDK_POLICY_SETTINGS_HPP
#define KPB_SDK_POLICY_SETTINGS_HPP

#include <kpb/policy/relations.hpp>

#include <kpb/sdk.hpp>

#include <string>
#include <string_view>

namespace kpb::policy {

struct PolicySettings {
  std::string install_dir = "/var/lib/kpatch"; // where kpatch looks for modules, below it K
  RelationSettings relations;
};

// install-dir, runtime, kernel-requires and vendor-conflict, as the user set them. Throws Error for an install-dir
// or vendor-conflict that cannot be; the others are judged with the relations. Ask for settings in name(): kpb
// refuses one that nobody has asked for by then, before anything is built.
PolicySettings read_settings(const sdk::Host& host);

// Letters, digits and . _ + - without "..": what may be a part of a name or of a path.
bool is_plain(std::string_view word);

} // namespace kpb::policy

#endif
