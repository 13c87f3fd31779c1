// SPDX-License-Identifier: GPL-2.0-only
//
// The texts and JSON about a series, for users and for programs.
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

// For the end of a run: the number of cells in each state, and the cells that deserve a line; with
// `all`, every cell.
std::string outcome_text(const SeriesPlan& plan, const SeriesOutcome& outcome, bool all);
std::string status_text(const SeriesPlan& plan, const SeriesOutcome& outcome, bool why);
void put_outcome(const SeriesPlan& plan, const SeriesOutcome& outcome,
                 const ResultDirectory& directory, Document& result);
// Writes SHA256SUMS and series.json if their content would change. False after an error.
bool write_series(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome,
                  const ResultDirectory& directory);

// For --emit-srpms: a list for scripts of which source package is for which kernel. False after an
// error.
bool write_submit_list(Session& session, const SeriesPlan& plan, const SeriesOutcome& outcome,
                       const ResultDirectory& directory);

} // namespace kpb

#endif
