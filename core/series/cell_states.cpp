// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_states.hpp.
#include "core/series/cell_states.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace kpb {

CellStates::CellStates(const SeriesPlan& plan, SeriesObserver* observer)
    : m_plan(plan), m_observer(observer) {
  m_outcome.cells.resize(plan.cells.size());
}

void CellStates::log_state(LogLevel level, size_t cell, std::string_view text) const {
  if (m_observer != nullptr)
    log(level, m_plan.name_of(m_plan.cells[cell]), text);
}

void CellStates::set_identity(size_t cell, std::string identity) {
  m_outcome.cells[cell].identity = std::move(identity);
}

void CellStates::set_seconds(size_t cell, double seconds) {
  m_outcome.cells[cell].seconds = seconds;
}

void CellStates::explain(size_t cell, std::string why) {
  m_outcome.cells[cell].why = std::move(why);
}

void CellStates::leave_out(size_t cell) {
  m_outcome.cells[cell].state = CellState::left_out;
  m_outcome.cells[cell].why = m_plan.cells[cell].why;
  log_state(LogLevel::debug, cell, "left out: " + m_plan.cells[cell].why);
}

void CellStates::start(size_t cell) { m_outcome.cells[cell].state = CellState::running; }

void CellStates::find_running(size_t cell, std::string where) {
  m_outcome.cells[cell].state = CellState::running;
  m_outcome.cells[cell].why = std::move(where);
}

void CellStates::try_again(size_t cell) {
  m_outcome.cells[cell].state = CellState::waiting;
  log_state(LogLevel::warning, cell,
            "its job found a lock that somebody else has; it is tried again");
}

void CellStates::finish(size_t cell, const DoneCell& done, CellState state) {
  auto& outcome = m_outcome.cells[cell];
  outcome.artifacts = done.artifacts;
  if (state != CellState::not_needed)
    outcome.why.clear();
  if (outcome.state == CellState::running)
    log_state(LogLevel::info, cell,
              fmt::format("{} after {:.1f} s", state_word(state), outcome.seconds));
  else
    log_state(LogLevel::debug, cell, state_word(state));
  end(cell, state);
}

void CellStates::fail(size_t cell, const JobFailure& failure, std::string log) {
  auto& outcome = m_outcome.cells[cell];
  outcome.why = failure.why;
  outcome.hint = failure.hint;
  outcome.fault = failure.fault;
  outcome.log = std::move(log);
  m_any_failed = true;
  log_state(LogLevel::error, cell,
            fmt::format("failed after {:.1f} s: {}{}", outcome.seconds, outcome.why,
                        outcome.log.empty() ? "" : "; its log: " + outcome.log));
  end(cell, CellState::failed);
}

void CellStates::give_up(size_t cell) {
  const bool ran = m_outcome.cells[cell].state == CellState::running;
  m_outcome.cells[cell].state = CellState::not_run;
  log_state(ran ? LogLevel::warning : LogLevel::debug, cell,
            ran ? "its job was ended by the run" : "not run");
}

void CellStates::end(size_t cell, CellState state) {
  auto& outcome = m_outcome.cells[cell];
  outcome.state = state;
  if (m_observer != nullptr)
    m_observer->ended(m_plan.name_of(m_plan.cells[cell]), state, outcome.seconds, outcome.why);
}

SeriesOutcome CellStates::take_at_end() {
  for (size_t i = 0; i < m_outcome.cells.size(); ++i) {
    const CellState state = m_outcome.cells[i].state;
    if (state == CellState::waiting || state == CellState::running)
      give_up(i);
  }
  m_outcome.complete =
      std::none_of(m_outcome.cells.begin(), m_outcome.cells.end(), [](const CellOutcome& c) {
        return c.state == CellState::failed || c.state == CellState::not_run;
      });
  return std::move(m_outcome);
}

} // namespace kpb
