// SPDX-License-Identifier: GPL-2.0-only
//
// A header is an intro of 16 bytes (magic, number of entries, size of the data), the entries of 16 bytes
// (tag, type, offset, count), then the data. rpm makes the first entry a region that covers all others,
// sorts them by tag, and lays the values end to end, with zeros where one must be aligned.
#include "header_index.hpp"

#include <algorithm>

namespace kpb::rpm {
namespace {

constexpr size_t k_intro = 16;
constexpr size_t k_entry = 16;
constexpr std::string_view k_magic("\x8e\xad\xe8\x01\0\0\0\0", 8);

size_t unit(uint32_t type) {
  return type == k_type_int16 ? 2 : type == k_type_int32 ? 4 : type == k_type_int64 ? 8 : 1;
}

bool is_text(uint32_t type) {
  return type == k_type_string || type == k_type_strings || type == k_type_i18n;
}

// The value's bytes; npos for one that leaves the data or is of no type that rpm writes.
size_t length_of(std::string_view data, size_t offset, uint32_t type, uint32_t count) {
  if (offset > data.size() || type == 0 || type > k_type_i18n || count == 0 ||
      (type == k_type_string && count != 1))
    return std::string_view::npos;
  if (!is_text(type)) {
    const uint64_t length = uint64_t{unit(type)} * count;
    return length <= data.size() - offset ? static_cast<size_t>(length) : std::string_view::npos;
  }
  size_t end = offset;
  for (uint32_t i = 0; i < count; ++i) {
    const size_t zero = data.find('\0', end);
    if (zero == std::string_view::npos)
      return zero;
    end = zero + 1;
  }
  return end - offset;
}

std::string tag_name(const IndexEntry& entry) { return "tag " + std::to_string(entry.tag); }

// The first entry names the region; its value, at the end of the data, says how many entries are in it.
std::string region_flaw(std::string_view entries, std::string_view data) {
  if (entries.size() < k_entry || big_endian_32(entries, 4) != k_type_binary ||
      big_endian_32(entries, 12) != k_entry)
    return "it does not begin with a region";
  if (data.size() < k_entry || big_endian_32(entries, 8) != data.size() - k_entry)
    return "its region does not reach to its end";
  const std::string_view trailer = data.substr(data.size() - k_entry);
  const auto back = static_cast<uint32_t>(0U - entries.size());
  if (trailer.substr(0, 8) != entries.substr(0, 8) || big_endian_32(trailer, 8) != back ||
      big_endian_32(trailer, 12) != k_entry)
    return "its region does not hold all of its entries";
  return {};
}

std::string gap_flaw(const std::vector<IndexEntry>& entries, std::string_view data) {
  std::vector<const IndexEntry*> order;
  for (const auto& entry : entries)
    order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const IndexEntry* a, const IndexEntry* b) {
    return a->data.data() < b->data.data();
  });
  size_t at = 0;
  for (const auto* entry : order) {
    const auto begin = static_cast<size_t>(entry->data.data() - data.data());
    const size_t aligned = (at + unit(entry->type) - 1) / unit(entry->type) * unit(entry->type);
    if (begin != aligned)
      return "the value of " + tag_name(*entry) + " does not follow the one before it";
    if (!all_zero(data.substr(at, begin - at)))
      return "there are bytes in front of the value of " + tag_name(*entry);
    at = begin + entry->data.size();
  }
  return at == data.size() ? std::string() : "there are bytes after its last value";
}

} // namespace

uint32_t big_endian_32(std::string_view bytes, size_t at) {
  return (uint32_t{big_endian_16(bytes, at)} << 16U) | big_endian_16(bytes, at + 2);
}

uint16_t big_endian_16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>((static_cast<unsigned char>(bytes[at]) << 8U) |
                               static_cast<unsigned char>(bytes[at + 1]));
}

bool all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

HeaderIndex read_index(std::string_view bytes) {
  HeaderIndex index;
  if (bytes.size() < k_intro || bytes.substr(0, k_magic.size()) != k_magic) {
    index.flaw = "it does not begin with a header's magic";
    return index;
  }
  const uint64_t count = big_endian_32(bytes, 8);
  const uint64_t size = k_intro + count * k_entry + big_endian_32(bytes, 12);
  if (size > bytes.size()) {
    index.flaw = "it leaves the file";
    return index;
  }
  index.size = static_cast<size_t>(size);
  const std::string_view entries = bytes.substr(k_intro, static_cast<size_t>(count) * k_entry);
  const std::string_view data =
      bytes.substr(k_intro + entries.size(), index.size - k_intro - entries.size());
  const auto complain = [&](const std::string& flaw) {
    if (index.flaw.empty())
      index.flaw = flaw;
  };
  complain(region_flaw(entries, data));
  for (size_t at = 0; at < entries.size(); at += k_entry) {
    IndexEntry entry{big_endian_32(entries, at),
                     big_endian_32(entries, at + 4),
                     big_endian_32(entries, at + 12),
                     {}};
    const size_t offset = big_endian_32(entries, at + 8);
    const size_t length = length_of(data, offset, entry.type, entry.count);
    if (length == std::string_view::npos)
      complain("the value of " + tag_name(entry) + " is none");
    else
      entry.data = data.substr(offset, length);
    if (at > k_entry && entry.tag <= index.entries.back().tag)
      complain(tag_name(entry) + " occurs twice, or in the wrong place");
    index.entries.push_back(entry);
  }
  if (index.flaw.empty())
    complain(gap_flaw(index.entries, data));
  return index;
}

} // namespace kpb::rpm
