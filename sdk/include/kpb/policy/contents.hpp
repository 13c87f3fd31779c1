// SPDX-License-Identifier: GPL-2.0-only
//
// What a package says about itself in words, and which files it installs beside its module. put_contents()
// (package.hpp) calls both.
#ifndef KPB_SDK_POLICY_CONTENTS_HPP
#define KPB_SDK_POLICY_CONTENTS_HPP

#include <kpb/sdk.hpp>

namespace kpb::policy {

// Sets licence, summary and description: kernel, patched functions (the first 20 of them) and CVEs.
void put_texts(const sdk::Document& document, const sdk::Sink& out);

// Lists manifest and modules.conf below /usr/share/kpb/packages/NAME and the patches below /usr/share/doc/NAME,
// with their directories. Files that a policy before this one listed stay as they are.
void add_files(const sdk::Document& document, const sdk::Sink& out);

} // namespace kpb::policy

#endif
