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

// A package that this one takes over from, by a transitional package of its name.
struct Superseded {
  std::string original; // the document's name for it
  std::string name;
  std::string bound; // versions below it are the real package's
};

struct Relations {
  // In the document's order, each once, in Debian's terms: kinds are "requires", "provides", "conflicts",
  // "breaks", "replaces" and "enhances", operators "<<", "<=", "=", ">=" and ">>"; alternatives are one name,
  // "a (= 1) | b (= 1)".
  std::vector<views::Relation> list;
  std::vector<Superseded> superseded;
  std::vector<std::string> functions; // OBJECT:FUNCTION:N, what the field Kpatch-Functions lists
};

// Whether `strict-kernel` is set: a hard dependency on one build of the kernel.
bool strict_kernel(const sdk::Host& host);

// Throws kpb::sdk::Error for what a deb cannot say. `name` is the package's own, in Debian's form.
Relations relations_of(const sdk::Document& document, const std::string& name, bool strict);

// "NAME (= VERSION)", as a control file has it.
std::string control_form(const views::Relation& relation);

} // namespace kpb::deb

#endif
