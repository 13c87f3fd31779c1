// SPDX-License-Identifier: GPL-2.0-only
//
// Text for readers whose encoding is unknown: the log of a machine, JSON for whatever reads it there.
#ifndef KPB_CORE_BASE_ASCII_HPP
#define KPB_CORE_BASE_ASCII_HPP

#include <string>
#include <string_view>

namespace kpb {

// Control bytes and bytes that are not ASCII become \xNN; cut at 120 characters, without quotes.
std::string shown_plain(std::string_view value);

std::string json_text(std::string_view value); // with quotes; bytes that are not ASCII as \u00NN

} // namespace kpb

#endif
