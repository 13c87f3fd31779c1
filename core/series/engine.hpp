// SPDX-License-Identifier: GPL-2.0-only
//
// Where jobs run. The coordinator starts them and waits for what ends; everything else (what they are, what
// they leave, whether that is believed) is not the engine's affair.
#ifndef KPB_CORE_SERIES_ENGINE_HPP
#define KPB_CORE_SERIES_ENGINE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/manifest/manifest.hpp"
#include "core/system/interrupt.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct EngineJob {
  std::string name;
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::vector<std::string> handed_over; // variables that are secret: only their names
  std::string log;                      // its output goes there
  std::string output;                   // its own directory, "" without one
  std::string tag; // what the coordinator knows it by, should it come back (see attach())
  uint64_t processors = 1;
  Limits limits;
};

struct EngineEnd {
  enum class How : uint8_t { exited, time, memory, lost };
  uint64_t id = 0;
  How how = How::exited;
  int status = 0; // 0..255, or minus the signal
  double seconds = 0;
  std::string why; // of one that was lost

  bool succeeded() const { return how == How::exited && status == 0; }
  // Ended by a signal: its own status, or that of a kpb which was interrupted.
  bool by_signal() const { return status < 0 || status > 128; }
};

// A job that an earlier run started, and that did not end with it.
struct Attached {
  uint64_t id = 0;
  std::string tag, output;
};

class SeriesEngine {
public:
  virtual ~SeriesEngine() = default;
  // Whether all jobs use the processors of this machine.
  virtual bool shares_processors() const { return true; }
  // The job of that name that still runs, or whose end nobody has seen.
  virtual std::optional<Attached> attach(const std::string& name) {
    (void)name;
    return std::nullopt;
  }
  // Where a job of that name is that an earlier run started, in the engine's words; "" where there is none.
  virtual std::string whereabouts(const std::string& name) {
    (void)name;
    return "";
  }
  // The job's number, or nothing after a report.
  virtual std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink& sink) = 0;
  // What has ended; waits for it, at most so long, and not beyond a signal.
  virtual std::vector<EngineEnd> wait(double seconds) = 0;
  // Ends all that run, with the chance to clean up or without.
  virtual void stop(bool at_once) = 0;
};

std::unique_ptr<SeriesEngine> make_local_engine(const Interrupts& interrupts);

} // namespace kpb

#endif
