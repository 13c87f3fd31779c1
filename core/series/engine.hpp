// SPDX-License-Identifier: GPL-2.0-only
//
// Where jobs run. The coordinator starts them and waits for what ends; everything else (what they are, what
// they leave, whether that is believed) is not the engine's affair.
#ifndef KPB_CORE_SERIES_ENGINE_HPP
#define KPB_CORE_SERIES_ENGINE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/manifest/manifest.hpp"
#include "core/util/interrupt.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

struct EngineJob {
  std::string name;
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::string log; // its output goes there
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
};

class SeriesEngine {
public:
  virtual ~SeriesEngine() = default;
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
