// SPDX-License-Identifier: GPL-2.0-only
//
// A cell's identity: the digest of everything that shapes its packages, as named fields, so that one can also
// be told which of them changed. No path, clock, user or host is among them; docs/series.md, "Identity".
#ifndef KPB_CORE_SERIES_IDENTITY_HPP
#define KPB_CORE_SERIES_IDENTITY_HPP

#include "core/series/file_digests.hpp"
#include "core/series/plan.hpp"

#include <map>
#include <string>
#include <vector>

namespace kpb {

// Name and value, in the order in which they are told.
using IdentityFields = std::vector<std::pair<std::string, std::string>>;

std::string identity_of(const IdentityFields& fields);
// A line for each; parse_fields() is the reverse.
std::string fields_text(const IdentityFields& fields);
IdentityFields parse_fields(std::string_view text);
// "patch fix.patch: other content; kpb: 0.1.0 -> 0.2.0"
std::string what_changed(const IdentityFields& before, const IdentityFields& now);

// The options of signing are the same for all cells: as on the command line, and what they stand for.
struct SeriesSigning {
  SigningRequest request;
  IdentityFields fields;
};

class Identities {
public:
  Identities(const SeriesPlan& plan, Context& context, FileDigests& digests,
             const SeriesSigning& signing);
  // What all cells have in common: plugins and templates. False after a report.
  bool prepare();
  // Nothing after a report: an input cannot be read. `kernel_key`: of the prepared kernel, "" without one.
  std::optional<IdentityFields> of(const SeriesCell& cell, const std::string& kernel_key,
                                   DiagnosticSink& sink);

private:
  const SeriesPlan& m_plan;
  Context& m_context;
  FileDigests& m_digests;
  const SeriesSigning& m_signing;
  std::map<std::string, std::string> m_plugins; // "policy standard": its file's digest
  std::string m_templates;
};

} // namespace kpb

#endif
