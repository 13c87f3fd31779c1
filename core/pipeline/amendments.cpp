// SPDX-License-Identifier: GPL-2.0-only
//
// See amendments.hpp.
#include "core/pipeline/amendments.hpp"

#include "core/model/writer.hpp"
#include <kpb/sdk/views.hpp>

#include <set>

namespace kpb {

namespace {

namespace f = fields::amendment;

void note_field(const Document& before, Document& after, const std::string& path,
                const std::string& who) {
  if (before.kind(path) != Document::Kind::text || before.text(path) == after.text(path))
    return;
  const Writer out = Writer(after, "kpb").element(fields::amendments);
  out.put(f::field, path);
  out.put(f::before, before.text(path));
  if (after.has(path))
    out.put(f::after, after.text(path));
  out.put(f::by, who);
  out.put(f::was_by, before.provenance(path));
}

} // namespace

std::vector<std::string> note_amendments(const Document& before, Document& after,
                                         const std::string& who) {
  for (size_t i = 0; i < before.size(fields::package); ++i)
    note_field(before, after, pointer(fields::package, before.key(fields::package, i)), who);
  for (const auto path : {fields::module_file, fields::module_directory})
    note_field(before, after, std::string(path), who);
  std::set<std::string> kept;
  for (const auto& relation : views::relations(after))
    kept.insert(views::line_of(relation));
  std::vector<std::string> gone;
  for (size_t i = 0; i < before.size(fields::relations); ++i) {
    const std::string at = pointer(fields::relations, i);
    const std::string line = views::line_of(views::read<views::Relation>(before, at));
    if (kept.contains(line))
      continue;
    gone.push_back(line);
    const Writer out = Writer(after, "kpb").element(fields::amendments);
    out.put(f::relation, line);
    out.put(f::by, who);
    out.put(f::was_by, before.provenance(at));
  }
  return gone;
}

} // namespace kpb
