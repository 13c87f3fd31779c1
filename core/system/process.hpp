// SPDX-License-Identifier: GPL-2.0-only
//
// Runs programs. A child gets exactly the given environment, nothing on standard input, and a
// process group of its own, so that whatever it started can be ended with it.
#ifndef KPB_CORE_SYSTEM_PROCESS_HPP
#define KPB_CORE_SYSTEM_PROCESS_HPP

#include "core/base/result.hpp"
#include "core/system/interrupt.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct ProcessCommand {
  std::vector<std::string> arguments = {}; // [0] is the program's absolute path
  std::string directory = {};              // absolute
  std::vector<std::string> environment = {};
  // Called with the output as it comes, in pieces of any size.
  std::function<void(std::string_view)> on_output = {};
  size_t output_limit = 256 * 1024; // bytes kept from the end of the output
  unsigned time_limit = 0;          // seconds until it is ended; 0: never
};

struct Outcome {
  bool interrupted = false; // the user wanted to stop; the group was ended
  bool timed_out = false;   // the group was ended at the time limit
  int exit_status = 0;      // 0..255, or minus the signal
  std::string output;       // stdout and stderr together, the last `output_limit` bytes
};

class ProcessRunner {
public:
  virtual ~ProcessRunner() = default;
  virtual Result<Outcome> run(const ProcessCommand& command) = 0;
};

// Watches `interrupts` while a child runs: after a signal the group gets TERM, two seconds later
// KILL.
std::unique_ptr<ProcessRunner> make_real_process_runner(const Interrupts& interrupts);

} // namespace kpb

#endif
