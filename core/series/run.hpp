// SPDX-License-Identifier: GPL-2.0-only
//
// Runs a plan: finds out which cells are done already, starts jobs for the others while there is room, checks
// what they made, and remembers it. A run that was interrupted or killed, or that failed, is continued by the
// next one.
#ifndef KPB_CORE_SERIES_RUN_HPP
#define KPB_CORE_SERIES_RUN_HPP

#include "core/series/cell_command.hpp"
#include "core/series/engine.hpp"
#include "core/series/results.hpp"

namespace kpb {

enum class CellState : uint8_t {
  waiting,
  running,
  built,
  reused,
  not_needed,
  failed,
  not_run,
  left_out
};
const char* state_word(CellState state);

// What became of a cell in a run.
struct CellOutcome {
  CellState state = CellState::waiting;
  std::string log;  // of the job that failed in this run: the cell's own, or its kernel's
  std::string hint; // of a failure
  double seconds = 0;
  std::string identity;
  std::string why; // of a failure, or what changed since it was made
  Fault fault = Fault::tool;
  std::vector<DoneArtifact> artifacts;
};

struct SeriesRequest {
  ResultDirectory output;
  JobWords words;
  SeriesSigning signing;
  std::string store; // resolved; "" where there is none and nothing needs one
  uint64_t jobs = 1;
  uint64_t cells = 1; // at a time
  bool fail_fast = false;
};

// Hears how it goes; what is shown of it is the command line's affair.
class SeriesObserver {
public:
  virtual ~SeriesObserver() = default;
  virtual void planned(size_t cells, size_t to_do) = 0;
  virtual void started(const std::string& job) = 0;
  virtual void ended(const std::string& job, CellState state, double seconds,
                     const std::string& why) = 0;
  virtual void tick() = 0; // about once a second while jobs run
};

struct SeriesOutcome {
  std::vector<CellOutcome> cells; // as in the plan
  bool complete = false;          // all that was to be done is done
};

enum class SeriesMode : uint8_t {
  build, // do what is to be done
  look,  // only find out what is done, and why the rest is not: nothing is written or started
};

// Nothing when an error ended the run (reported). A cell that fails does not end it.
std::optional<SeriesOutcome> run_series(const SeriesPlan& plan, const SeriesRequest& request,
                                        Context& context, SeriesEngine& engine,
                                        SeriesObserver& observer, SeriesMode mode);

} // namespace kpb

#endif
