// SPDX-License-Identifier: GPL-2.0-only
//
// The lead is of 1996 and all of it stands in the header too; rpm still writes it, from the header.
#include "envelope.hpp"

#include "header_index.hpp"
#include "package_file.hpp"

#include <rpm/rpmtag.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>

namespace kpb::rpm {
namespace {

constexpr size_t k_name_at = 10;
constexpr size_t k_name_size = 66; // with the NUL behind it
constexpr size_t k_os_at = 76;

[[noreturn]] void refuse_lead(const std::string& what) {
  throw Damage("its lead is not in the form that rpm writes", what);
}

std::string as_string(Header header, rpmTagVal tag) {
  char* text = headerGetAsString(header, tag);
  const std::string out = text != nullptr ? text : "";
  free(text);
  return out;
}

// The numbers are those of rpm's rpmrc ("arch_canon"). A package without an architecture, or of one that
// kpb does not know, has that of the machine it was made on, whatever that was.
void check_lead_arch(std::string_view lead, Header header) {
  static const std::map<std::string, uint16_t> k_numbers = {
      {"x86_64", 1},   {"i686", 1},   {"i386", 1},  {"aarch64", 19},
      {"ppc64le", 16}, {"ppc64", 16}, {"s390x", 15}};
  const uint16_t number = big_endian_16(lead, 8);
  const std::string arch = tag_text(header, RPMTAG_ARCH);
  const auto known = k_numbers.find(arch);
  if (known != k_numbers.end() ? number != known->second : number > 255)
    refuse_lead("the number of its architecture is " + std::to_string(number) + ", but it is for " +
                arch);
}

void check_lead(std::string_view lead, Header header) {
  const auto major = static_cast<unsigned char>(lead[4]);
  if ((major != 3 && major != 4) || lead[5] != 0)
    refuse_lead("its format is " + std::to_string(major) + "." +
                std::to_string(static_cast<unsigned char>(lead[5])));
  if (big_endian_16(lead, 6) != (headerIsSource(header) != 0 ? 1 : 0))
    refuse_lead("its type is " + std::to_string(big_endian_16(lead, 6)));
  check_lead_arch(lead, header);
  if (big_endian_16(lead, k_os_at) != 1)
    refuse_lead("the number of its system is " + std::to_string(big_endian_16(lead, k_os_at)));
  if (big_endian_16(lead, k_os_at + 2) != 5)
    refuse_lead("the kind of its signature is " + std::to_string(big_endian_16(lead, k_os_at + 2)));
  if (!all_zero(lead.substr(k_os_at + 4)))
    refuse_lead("there are bytes in a place that must be empty");
  // With the epoch since rpm 4.4, without it before.
  const auto padded = [](std::string name) {
    name.resize(std::min(name.size(), k_name_size - 1));
    name.resize(k_name_size, '\0');
    return name;
  };
  const auto name = lead.substr(k_name_at, k_name_size);
  if (name != padded(as_string(header, RPMTAG_NEVR)) &&
      name != padded(as_string(header, RPMTAG_NVR)))
    refuse_lead("its name is " + std::string(name.substr(0, name.find('\0'))) +
                ", the package is " + as_string(header, RPMTAG_NVR));
}

struct Known {
  uint32_t tag;
  uint32_t type;
  uint32_t count; // 0: any
};

// rpm's rpmtag.h, "signature tags". All that rpm has written there since 4.0.
constexpr std::array<Known, 20> k_known = {{
    {62, k_type_binary, 16},   // the region
    {267, k_type_binary, 0},   // DSA signature of the header
    {268, k_type_binary, 0},   // RSA signature of the header
    {269, k_type_string, 1},   // SHA-1 of the header
    {270, k_type_int64, 1},    // size of header and payload
    {271, k_type_int64, 1},    // size of the unpacked payload
    {273, k_type_string, 1},   // SHA-256 of the header
    {274, k_type_strings, 0},  // IMA signatures of files
    {275, k_type_int32, 1},    // their length
    {276, k_type_strings, 0},  // fs-verity signatures of files
    {277, k_type_int32, 1},    // their algorithm
    {278, k_type_strings, 0},  // OpenPGP signatures
    {279, k_type_string, 1},   // SHA3-256 of the header
    {999, k_type_binary, 0},   // room for signatures, rpm 6
    {1000, k_type_int32, 1},   // size of header and payload
    {1002, k_type_binary, 0},  // RSA signature of header and payload
    {1004, k_type_binary, 16}, // MD5 of header and payload
    {1005, k_type_binary, 0},  // DSA signature of header and payload
    {1007, k_type_int32, 1},   // size of the unpacked payload
    {1008, k_type_binary, 0},  // room for signatures
}};

[[noreturn]] void refuse_signature_header(const std::string& why) {
  throw Damage("its signature header is not in the form that rpm writes", why);
}

// One OpenPGP packet of a signature, which fills the value: else any bytes could pass for one.
bool is_signature_packet(std::string_view data) {
  if (data.size() < 6)
    return false;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(data[i]); };
  const unsigned first = byte(0);
  size_t head = 0;
  uint64_t length = 0;
  if ((first & 0xc0U) == 0xc0U && (first & 0x3fU) == 2) {
    if (byte(1) < 192) {
      head = 2;
      length = byte(1);
    } else if (byte(1) < 224) {
      head = 3;
      length = ((byte(1) - 192U) << 8U) + byte(2) + 192U;
    } else if (byte(1) == 255) {
      head = 6;
      length = big_endian_32(data, 2);
    }
  } else if ((first & 0xc0U) == 0x80U && ((first >> 2U) & 0xfU) == 2 && (first & 3U) != 3) {
    head = 1 + (size_t{1} << (first & 3U));
    length = (first & 3U) == 0   ? byte(1)
             : (first & 3U) == 1 ? big_endian_16(data, 1)
                                 : big_endian_32(data, 1);
  }
  return head != 0 && head + length == data.size();
}

void check_entry(const IndexEntry& entry) {
  const auto known = std::find_if(k_known.begin(), k_known.end(),
                                  [&](const Known& k) { return k.tag == entry.tag; });
  const std::string name = "tag " + std::to_string(entry.tag);
  if (known == k_known.end())
    refuse_signature_header("it has " + name + ", which rpm does not know");
  if (entry.type != known->type || (known->count != 0 && entry.count != known->count))
    refuse_signature_header(name + " has the type " + std::to_string(entry.type) + " and " +
                            std::to_string(entry.count) + " values");
  // rpm takes capital letters for the same digits; it writes small ones.
  if (entry.type == k_type_string &&
      entry.data.find_first_not_of("0123456789abcdef") != entry.data.size() - 1)
    refuse_signature_header("what " + name + " contains is not a digest");
  const bool room = entry.tag == 999 || entry.tag == 1008;
  if (room && !all_zero(entry.data))
    refuse_signature_header("there are bytes in the space reserved for signatures");
  const bool signature =
      entry.tag == 267 || entry.tag == 268 || entry.tag == 1002 || entry.tag == 1005;
  if (signature && !is_signature_packet(entry.data))
    refuse_signature_header("what " + name + " contains is not a signature");
}

} // namespace

void check_envelope(std::string_view front, Header header) {
  if (front.size() < k_lead_size)
    throw Damage("it ends within its lead");
  check_lead(front.substr(0, k_lead_size), header);
  const std::string_view rest = front.substr(k_lead_size);
  const HeaderIndex index = read_index(rest);
  if (!index.flaw.empty())
    refuse_signature_header(index.flaw);
  if (index.entries[0].tag != 62)
    refuse_signature_header("its region is of another kind");
  for (const auto& entry : index.entries)
    check_entry(entry);
  if (!all_zero(rest.substr(index.size)))
    refuse_signature_header("there are bytes in the padding after it");
}

} // namespace kpb::rpm
