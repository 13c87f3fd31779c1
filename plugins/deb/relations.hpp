// SPDX-License-Identifier: GPL-2.0-only
//
// The document's relations as Debian has them (docs/relations.md, Debs, has the table and the reasons). Not a
// translation word for word: what keeps dnf honest makes apt hold back kernels or remove patches.
#ifndef KPB_PLUGIN_DEB_RELATIONS_HPP
#define KPB_PLUGIN_DEB_RELATIONS_HPP

#include <kpb/sdk.hpp>

#include <string>
#include <vector>

namespace kpb::deb {

struct Relation {
  std::string kind;       // "requires", "provides", "conflicts", "breaks", "replaces", "enhances"
  std::string name;       // of alternatives: all of it, "a (= 1) | b (= 1)"
  std::string comparison; // Debian's: "<<", "<=", "=", ">=", ">>", or ""
  std::string version;

  bool operator==(const Relation& other) const {
    return kind == other.kind && name == other.name && comparison == other.comparison &&
           version == other.version;
  }
};

// A package that this one takes over from, by a transitional package of its name.
struct Superseded {
  std::string original; // the document's name for it
  std::string name;
  std::string bound; // versions below it are the real package's
};

struct Relations {
  std::vector<Relation> list; // in the document's order, each once
  std::vector<Superseded> superseded;
  std::vector<std::string> functions; // OBJECT:FUNCTION:N, what the field Kpatch-Functions lists
};

// Whether `strict-kernel` is set: a hard dependency on one build of the kernel.
bool strict_kernel(const sdk::Host& host);

// Throws kpb::sdk::Error for what a deb cannot say. `name` is the package's own, in Debian's form.
Relations relations_of(const sdk::Document& document, const std::string& name, bool strict);

// "NAME (= VERSION)"
std::string text_of(const Relation& relation);

} // namespace kpb::deb

#endif
