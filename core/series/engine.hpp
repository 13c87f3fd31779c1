// SPDX-License-Identifier: GPL-2.0-only
//
// Where jobs run. A run starts jobs and waits for those that end. The engine does not know what the jobs are, and
// does not judge what they leave.
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
  std::vector<std::string> handed_over; // names of variables whose values are secret
  std::string log;                      // its output goes there
  std::string output;                   // its own directory, "" without one
  std::string tag;                      // what attach() returns of it in a later run
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

// A job that an earlier run started, and that did not end with that run.
struct Attached {
  uint64_t id = 0;
  std::string tag, output;
};

class SeriesEngine {
public:
  virtual ~SeriesEngine() = default;
  // Whether all jobs use the processors of this machine.
  virtual bool shares_processors() const { return true; }
  // The job of that name, started by an earlier run, that still runs or whose end no run has seen.
  virtual std::optional<Attached> attach(const std::string& name) {
    (void)name;
    return std::nullopt;
  }
  // For people: where the job of that name is that an earlier run started. "" if there is none.
  virtual std::string whereabouts(const std::string& name) {
    (void)name;
    return "";
  }
  // The job's number, or nothing after a report.
  virtual std::optional<uint64_t> start(const EngineJob& job, DiagnosticSink& sink) = 0;
  // Waits until a job has ended, the time is over, or a signal has come. Returns the jobs that have ended.
  virtual std::vector<EngineEnd> wait(double seconds) = 0;
  // Ends all running jobs: asks them to end, which lets them clean up, or kills them at once.
  virtual void stop(bool at_once) = 0;
};

std::unique_ptr<SeriesEngine> make_local_engine(const Interrupts& interrupts);

} // namespace kpb

#endif
