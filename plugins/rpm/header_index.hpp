// SPDX-License-Identifier: GPL-2.0-only
//
// The index of an RPM header as it lies in the file. librpm hands out the values of tags it is asked for;
// what else a header holds, and what lies between the values, only the bytes tell.
#ifndef KPB_PLUGIN_RPM_HEADER_INDEX_HPP
#define KPB_PLUGIN_RPM_HEADER_INDEX_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kpb::rpm {

// The types of values, as numbered in the file.
enum IndexType : uint32_t {
  k_type_int16 = 3,
  k_type_int32 = 4,
  k_type_int64 = 5,
  k_type_string = 6,
  k_type_binary = 7,
  k_type_strings = 8,
  k_type_i18n = 9,
};

struct IndexEntry {
  uint32_t tag = 0;
  uint32_t type = 0;
  uint32_t count = 0;
  std::string_view data; // of the whole value; empty when it cannot be told
};

struct HeaderIndex {
  std::vector<IndexEntry> entries; // in the file's order, the region's first
  size_t size = 0;                 // of all of it, without padding behind
  std::string flaw; // "" or why it is not what rpm writes: bytes that belong to no value, ...
};

// `bytes` begin with the header's magic and may go on behind it; the views point into them.
HeaderIndex read_index(std::string_view bytes);

uint32_t big_endian_32(std::string_view bytes, size_t at);
uint16_t big_endian_16(std::string_view bytes, size_t at);
bool all_zero(std::string_view bytes);

} // namespace kpb::rpm

#endif
