// SPDX-License-Identifier: GPL-2.0-only
//
// Three parallel arrays per kind of relation, read into one list.
#include "relations.hpp"

#include "package_file.hpp"

#include <rpm/rpmds.h>
#include <rpm/rpmtd.h>

#include <array>

namespace kpb::rpm {
namespace {

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
bool is_self(const Relation& relation, const std::string& name, const std::string& evr) {
  if (relation.kind != "provides" || relation.comparison != "=" || relation.evr != evr ||
      relation.name.compare(0, name.size(), name) != 0)
    return false;
  const std::string rest = relation.name.substr(name.size());
  const auto ends_with = [&](const std::string& end) {
    return rest.size() > end.size() && rest.compare(rest.size() - end.size(), end.size(), end) == 0;
  };
  return rest.empty() || (rest.front() == '(' && (ends_with("-64)") || ends_with("-32)")));
}

bool is_rpms_own(const Relation& relation, uint64_t flags) {
  return relation.name.compare(0, 7, "rpmlib(") == 0 ||
         ((flags & RPMSENSE_CONFIG) != 0 && relation.name.compare(0, 7, "config(") == 0);
}

} // namespace

std::vector<Relation> relations_of(Header header) {
  const std::string name = tag_text(header, RPMTAG_NAME);
  const std::string epoch = headerIsEntry(header, RPMTAG_EPOCH) != 0
                                ? std::to_string(tag_number(header, RPMTAG_EPOCH)) + ":"
                                : std::string();
  const std::string evr =
      epoch + tag_text(header, RPMTAG_VERSION) + "-" + tag_text(header, RPMTAG_RELEASE);
  std::vector<Relation> out;
  for (const auto& kind : k_kinds) {
    TagData names(header, kind.names);
    TagData versions(header, kind.versions);
    TagData all_flags(header, kind.flags);
    while (const char* text = rpmtdNextString(names.get())) {
      const char* version = rpmtdNextString(versions.get());
      const uint64_t flags = rpmtdNext(all_flags.get()) >= 0 ? rpmtdGetNumber(all_flags.get()) : 0;
      Relation relation{kind.name, text, comparison_of(flags), version != nullptr ? version : ""};
      if (!is_rpms_own(relation, flags) && !is_self(relation, name, evr))
        out.push_back(relation);
    }
  }
  return out;
}

} // namespace kpb::rpm
