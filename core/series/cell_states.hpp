// SPDX-License-Identifier: GPL-2.0-only
//
// The cells of a run and the states that they go through. A state changes here and nowhere else:
//
//   waiting -> left_out                   the plan leaves it out
//           -> reused, not_needed         it is done already
//           -> running                    its job was started, or one that an earlier run started was found
//           -> failed                     an input cannot be read, or its kernel could not be prepared
//           -> not_run                    the run ended first
//   running -> built, not_needed, failed  its job ended
//           -> waiting                    its job met somebody else's lock, and is tried again
//           -> not_run                    the run ended its job
#ifndef KPB_CORE_SERIES_CELL_STATES_HPP
#define KPB_CORE_SERIES_CELL_STATES_HPP

#include "core/run/log.hpp"
#include "core/series/jobs.hpp"

namespace kpb {

class CellStates {
public:
  // `observer` hears of every cell that is done or has failed; null where nobody listens.
  CellStates(const SeriesPlan& plan, SeriesObserver* observer);

  const CellOutcome& operator[](size_t cell) const { return m_outcome.cells[cell]; }
  bool any_failed() const { return m_any_failed; }

  void set_identity(size_t cell, std::string identity);
  void set_seconds(size_t cell, double seconds);
  // Why a cell that is not done has to be made, or what it waits for.
  void explain(size_t cell, std::string why);

  void leave_out(size_t cell);
  void start(size_t cell);
  void find_running(size_t cell, std::string where);
  void try_again(size_t cell);
  // `state`: built, reused or not_needed.
  void finish(size_t cell, const DoneCell& done, CellState state);
  // `log`: "" where no job ran.
  void fail(size_t cell, const JobFailure& failure, std::string log);
  void give_up(size_t cell);

  SeriesOutcome take_as_seen() { return std::move(m_outcome); }
  // Gives up what still waits or runs, and tells whether everything was done.
  SeriesOutcome take_at_end();

private:
  void log_state(LogLevel level, size_t cell, std::string_view text) const;
  void end(size_t cell, CellState state);

  const SeriesPlan& m_plan;
  SeriesObserver* m_observer;
  SeriesOutcome m_outcome;
  bool m_any_failed = false;
};

} // namespace kpb

#endif
