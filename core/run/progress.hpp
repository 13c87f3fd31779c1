// SPDX-License-Identifier: GPL-2.0-only
//
// How far a run is. The passes say it here; what the user sees of it is the command line's affair.
#ifndef KPB_CORE_RUN_PROGRESS_HPP
#define KPB_CORE_RUN_PROGRESS_HPP

#include <string>

namespace kpb {

// Hears of each pass as it begins.
class Progress {
public:
  enum class Step {
    read,
    name,
    build,
    sign,
    inspect,
    describe,
    render,
    verify,
    publish,
    import, // a kernel's source or files into the store
    check,  // that they belong together
    boot,   // a kernel, in a virtual machine
  };
  virtual ~Progress() = default;
  // `detail`: the module's name, the format, the file, as the step has one.
  virtual void begin(Step step, const std::string& detail) = 0;
  // Where a long step is: "compiling the original". Until the next of these or the next step.
  virtual void phase(const std::string& words) { (void)words; }
  // The last step is over: before anything else is written to the terminal.
  virtual void close() {}
};

} // namespace kpb

#endif
