// SPDX-License-Identifier: GPL-2.0-only
//
// What lies around header and payload: the lead, the signature header, and the padding between. No digest
// covers it, rpm reads little of it, and 4 KiB of it are room for a signature to come: without a look of
// our own, anybody could change it or hide something in it.
#ifndef KPB_PLUGIN_RPM_ENVELOPE_HPP
#define KPB_PLUGIN_RPM_ENVELOPE_HPP

#include <rpm/header.h>

#include <string_view>

namespace kpb::rpm {

constexpr size_t k_lead_size = 96;

// `front` is the file up to its header, which is `header`. Throws Damage for anything that rpm would not
// have written there: of the lead every byte, of the signature header every tag, type and gap. That a
// signature is a good one needs keys, and is not looked at.
void check_envelope(std::string_view front, Header header);

} // namespace kpb::rpm

#endif
