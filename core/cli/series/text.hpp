// SPDX-License-Identifier: GPL-2.0-only
//
// What people and programs are told of a series.
#ifndef KPB_CORE_CLI_SERIES_TEXT_HPP
#define KPB_CORE_CLI_SERIES_TEXT_HPP

#include "core/cli/session.hpp"
#include "core/model/document.hpp"
#include "core/series/plan.hpp"
#include "core/series/plan_size.hpp"
#include "core/series/run.hpp"

namespace kpb {

std::string plan_text(const SeriesPlan& plan, const PlanSize& size, const Context& context,
                      bool explain);
void put_plan(const SeriesPlan& plan, const PlanSize& size, Document& result);
// "3 min 20 s".
std::string duration_words(double seconds);

// At the end of a run: how many of each kind, and the cells that are worth a line; with `all`, each.
std::string outcome_text(const SeriesPlan& plan, const SeriesOutcome& outcome, bool all);
std::string status_text(const SeriesPlan& plan, const SeriesOutcome& outcome, bool why);
void put_outcome(const SeriesPlan& plan, const SeriesOutcome& outcome,
                 const ResultDirectory& directory, Document& result);
// SHA256SUMS and series.json, where they are not as they should be. False after a report.
bool write_series(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome,
                  const ResultDirectory& directory);

// Of --emit-srpms, for scripts: which source package is for which kernel. False after a report.
bool write_submit_list(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome,
                       const ResultDirectory& directory);

} // namespace kpb

#endif
