// SPDX-License-Identifier: GPL-2.0-only
//
// Three parallel arrays per kind of relation, read into one list.
#include "relations.hpp"

#include <kpb/sdk/architectures.hpp>
#include <kpb/sdk/limits.hpp>

#include "package_file.hpp"

#include <rpm/rpmds.h>
#include <rpm/rpmtd.h>

#include <array>
#include <map>
#include <set>

namespace kpb::rpm {
namespace {

using views::Relation;

struct Kind {
  const char* name;
  rpmTagVal names;
  rpmTagVal versions;
  rpmTagVal flags;
};

// Weak ones are reported too, though kpb makes none: an artifact that has some is not what was asked.
constexpr std::array<Kind, 8> k_kinds = {{
    {"requires", RPMTAG_REQUIRENAME, RPMTAG_REQUIREVERSION, RPMTAG_REQUIREFLAGS},
    {"provides", RPMTAG_PROVIDENAME, RPMTAG_PROVIDEVERSION, RPMTAG_PROVIDEFLAGS},
    {"conflicts", RPMTAG_CONFLICTNAME, RPMTAG_CONFLICTVERSION, RPMTAG_CONFLICTFLAGS},
    {"obsoletes", RPMTAG_OBSOLETENAME, RPMTAG_OBSOLETEVERSION, RPMTAG_OBSOLETEFLAGS},
    {"recommends", RPMTAG_RECOMMENDNAME, RPMTAG_RECOMMENDVERSION, RPMTAG_RECOMMENDFLAGS},
    {"suggests", RPMTAG_SUGGESTNAME, RPMTAG_SUGGESTVERSION, RPMTAG_SUGGESTFLAGS},
    {"supplements", RPMTAG_SUPPLEMENTNAME, RPMTAG_SUPPLEMENTVERSION, RPMTAG_SUPPLEMENTFLAGS},
    {"enhances", RPMTAG_ENHANCENAME, RPMTAG_ENHANCEVERSION, RPMTAG_ENHANCEFLAGS},
}};

class TagData {
public:
  TagData(Header header, rpmTagVal tag) { headerGet(header, tag, &m_data, HEADERGET_MINMEM); }
  ~TagData() { rpmtdFreeData(&m_data); }
  TagData(const TagData&) = delete;
  TagData& operator=(const TagData&) = delete;
  rpmtd get() { return &m_data; }

private:
  rpmtd_s m_data{};
};

std::string comparison_of(uint64_t flags) {
  std::string text;
  if ((flags & RPMSENSE_LESS) != 0)
    text += '<';
  if ((flags & RPMSENSE_GREATER) != 0)
    text += '>';
  if ((flags & RPMSENSE_EQUAL) != 0)
    text += '=';
  return text;
}

// "NAME = EVR" and, for packages of one architecture, "NAME(x86-64) = EVR".
bool is_self(const Relation& relation, const std::string& name, const std::string& arch,
             const std::string& evr) {
  const auto* known = find_architecture(arch);
  return relation.kind == "provides" && relation.op == "=" && relation.version == evr &&
         (relation.name == name ||
          (known != nullptr && relation.name == name + std::string(known->rpm_isa)));
}

// What rpm must be able to do to unpack this package; rpm asks that of itself. Others, such as FileCaps,
// stand for something that kpb does not pack.
bool is_feature(const Relation& relation, uint64_t flags) {
  static const std::set<std::string> k_features = {"CompressedFileNames",
                                                   "FileDigests",
                                                   "PayloadFilesHavePrefix",
                                                   "PayloadIsXz",
                                                   "PayloadIsZstd",
                                                   "PayloadIsLzma",
                                                   "PayloadIsBzip2",
                                                   "VersionedDependencies",
                                                   "TildeInVersions",
                                                   "CaretInVersions",
                                                   "LargeFiles",
                                                   "RichDependencies"};
  const std::string& name = relation.name;
  return relation.kind == "requires" && (flags & RPMSENSE_RPMLIB) != 0 && relation.op == "<=" &&
         name.size() > 8 && name.compare(0, 7, "rpmlib(") == 0 &&
         k_features.count(name.substr(7, name.size() - 8)) != 0;
}

struct FlaggedRelation {
  Relation relation;
  uint64_t flags = 0;
};

std::vector<FlaggedRelation> all_relations(Header header) {
  std::vector<FlaggedRelation> out;
  for (const auto& kind : k_kinds) {
    TagData names(header, kind.names);
    TagData versions(header, kind.versions);
    TagData all_flags(header, kind.flags);
    while (const char* text = rpmtdNextString(names.get())) {
      const char* version = rpmtdNextString(versions.get());
      const uint64_t flags = rpmtdNext(all_flags.get()) >= 0 ? rpmtdGetNumber(all_flags.get()) : 0;
      Relation relation{kind.name, text, comparison_of(flags)};
      if (!relation.op.empty() && version != nullptr)
        relation.version = version;
      if (out.size() == k_most_relations)
        throw package_text::Damage("it has more than " + std::to_string(k_most_relations) +
                                   " relations");
      out.push_back({std::move(relation), flags});
    }
  }
  return out;
}

} // namespace

std::vector<Relation> relations_of(Header header) {
  const std::string name = tag_text(header, RPMTAG_NAME);
  const std::string arch = tag_text(header, RPMTAG_ARCH);
  const std::string epoch = headerIsEntry(header, RPMTAG_EPOCH) != 0
                                ? std::to_string(tag_number(header, RPMTAG_EPOCH)) + ":"
                                : std::string();
  const std::string evr =
      epoch + tag_text(header, RPMTAG_VERSION) + "-" + tag_text(header, RPMTAG_RELEASE);
  std::vector<Relation> out;
  for (const auto& [relation, flags] : all_relations(header))
    if (!is_feature(relation, flags) && !is_self(relation, name, arch, evr))
      out.push_back(relation);
  return out;
}

std::vector<std::string> qualified_relations(Header header) {
  // Found by a generator or written in the spec: it is the same relation.
  constexpr uint64_t k_plain = RPMSENSE_LESS | RPMSENSE_GREATER | RPMSENSE_EQUAL |
                               RPMSENSE_FIND_REQUIRES | RPMSENSE_FIND_PROVIDES;
  std::vector<std::string> out;
  for (const auto& [relation, flags] : all_relations(header))
    if ((flags & ~k_plain) != 0 && !is_feature(relation, flags))
      out.push_back("conditions on the relation " + relation.kind + ": " + relation.name +
                    ", which holds for scripts or the order of things");
  return out;
}

} // namespace kpb::rpm
