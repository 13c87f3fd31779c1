// SPDX-License-Identifier: GPL-2.0-only
//
// What a package says about itself in words, and which files lie beside its module.
#ifndef KPB_SDK_POLICY_CONTENTS_HPP
#define KPB_SDK_POLICY_CONTENTS_HPP

#include <kpb/sdk.hpp>

namespace kpb::policy {

void put_texts(const sdk::Document& document, const sdk::Sink& out);
// Files that a policy before this one listed stay as they are.
void add_files(const sdk::Document& document, const sdk::Sink& out);

} // namespace kpb::policy

#endif
