// SPDX-License-Identifier: GPL-2.0-only
//
// An allow-list, since rpm has hundreds of tags and each version adds some: those of the document, those
// that other files of this plugin report, and those that rpm puts into every package by itself.
#include "extras.hpp"

#include "header_index.hpp"
#include "relations.hpp"

#include <rpm/rpmtag.h>

#include <algorithm>
#include <array>

namespace kpb::rpm {
namespace {

// Numbers, because the older librpm does not know the names of the newer tags.
constexpr std::array<uint32_t, 141> k_reported = {
    {// Of the document: name, version, release, epoch, summary, description, license, packager, group, URL,
     // OS (below), architecture.
     1000, 1001, 1002, 1003, 1004, 1005, 1014, 1015, 1016, 1020, 1021, 1022,
     // The changelog: time, name, text.
     1080, 1081, 1082,
     // Files: sizes, modes, devices, times, digests, links, flags, owners, verification, languages, places,
     // capabilities.
     1028, 1030, 1033, 1034, 1035, 1036, 1037, 1039, 1040, 1045, 1095, 1096, 1097, 1116, 1117, 1118,
     5008, 5010, 5011,
     // What rpm finds out about files: colours and kinds, and which relation a dependency generator made of which.
     1140, 1141, 1142, 1143, 1144, 1145, 5115, 5116,
     // Relations: name, version, flags each.
     1047, 1112, 1113, 1048, 1049, 1050, 1053, 1054, 1055, 1090, 1114, 1115, 5046, 5047, 5048, 5049,
     5050, 5051, 5052, 5053, 5054, 5055, 5056, 5057,
     // What runs (scripts.cpp): scripts, their interpreters and flags.
     1023, 1024, 1025, 1026, 1079, 1085, 1086, 1087, 1088, 1091, 1151, 1152, 1153, 1154, 5020, 5021,
     5022, 5023, 5024, 5025, 5026, 5104, 5105, 5106, 5107,
     // The same for triggers.
     1065, 1066, 1067, 1068, 1069, 1092, 5027, 5066, 5067, 5068, 5069, 5070, 5071, 5072, 5076, 5077,
     5078, 5079, 5080, 5081, 5082, 5084, 5085,
     // How it was made: time, host, size, source package, rpm's version, the build's mark, flags, platform,
     // the source package's digest, encoding.
     1006, 1007, 1009, 1044, 1064, 1094, 1122, 1132, 1146, 5009, 5062, 5120,
     // The payload: format, compression, digests, sizes.
     1124, 1125, 1126, 5092, 5093, 5097, 5112, 5113, 5114, 5121, 5122, 5123, 5124,
     // The header itself: region, languages (below).
     63, 100}};

// Of a source package: sources, patches, that it is one, the spec.
constexpr std::array<uint32_t, 5> k_of_sources = {{1018, 1019, 1089, 1106, 5099}};

std::string tag_words(uint32_t tag) {
  const char* name = rpmTagGetName(static_cast<rpmTagVal>(tag));
  const std::string text = name != nullptr ? name : "";
  return "the header tag " + (text.empty() || text.front() == '(' ? std::to_string(tag) : text);
}

bool is_allowed(uint32_t tag, bool source) {
  const auto in = [tag](const auto& list) {
    return std::find(list.begin(), list.end(), tag) != list.end();
  };
  return in(k_reported) || (source && in(k_of_sources));
}

} // namespace

std::vector<std::string> extras_of(const PackageFile& package) {
  std::vector<std::string> out;
  const std::string front = package.front();
  const HeaderIndex index = read_index(std::string_view(front).substr(package.header_start()));
  if (!index.flaw.empty())
    out.push_back("a header that rpm does not write so: " + index.flaw);
  for (const auto& entry : index.entries) {
    if (!is_allowed(entry.tag, package.is_source()))
      out.push_back(tag_words(entry.tag));
    // Texts in other languages than "C", which a user may get to see instead of the document's.
    if (entry.tag == RPMTAG_HEADERI18NTABLE && entry.data != std::string_view("C\0", 2))
      out.push_back("texts in several languages");
  }
  if (const std::string os = tag_text(package.header(), RPMTAG_OS); os != "linux")
    out.push_back("the system " + os);
  for (const auto& qualified : qualified_relations(package.header()))
    out.push_back(qualified);
  return out;
}

} // namespace kpb::rpm
