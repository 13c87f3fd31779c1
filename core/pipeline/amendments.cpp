// SPDX-License-Identifier: GPL-2.0-only
//
// See amendments.hpp.
#include "core/pipeline/amendments.hpp"

#include "core/pipeline/relation_list.hpp"

#include <set>

namespace kpb {

namespace {

void note_field(const Document& before, Document& after, const std::string& path,
                const std::string& who) {
  if (before.kind(path) != Document::Kind::text || before.text(path) == after.text(path))
    return;
  const std::string at = pointer("/amendments", after.size("/amendments"));
  const bool there = after.has(path);
  const std::string value = after.text(path);
  after.put_text(at + "/field", path, "kpb");
  after.put_text(at + "/before", before.text(path), "kpb");
  if (there)
    after.put_text(at + "/after", value, "kpb");
  after.put_text(at + "/by", who, "kpb");
  after.put_text(at + "/was_by", before.provenance(path), "kpb");
}

} // namespace

std::vector<std::string> note_amendments(const Document& before, Document& after,
                                         const std::string& who) {
  for (size_t i = 0; i < before.size("/package"); ++i)
    note_field(before, after, "/package/" + before.key("/package", i), who);
  for (const char* member : {"file", "directory"})
    note_field(before, after, std::string("/modules/0/") + member, who);
  std::set<std::string> kept;
  for (size_t i = 0; i < after.size("/relations"); ++i)
    kept.insert(relation_line(after, pointer("/relations", i)));
  std::vector<std::string> gone;
  for (size_t i = 0; i < before.size("/relations"); ++i) {
    const std::string relation = pointer("/relations", i);
    const std::string line = relation_line(before, relation);
    if (kept.count(line) != 0)
      continue;
    gone.push_back(line);
    const std::string at = pointer("/amendments", after.size("/amendments"));
    after.put_text(at + "/relation", line, "kpb");
    after.put_text(at + "/by", who, "kpb");
    after.put_text(at + "/was_by", before.provenance(relation), "kpb");
  }
  return gone;
}

} // namespace kpb
