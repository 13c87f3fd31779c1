// SPDX-License-Identifier: GPL-2.0-only
//
// How far a run is. The passes report it here; the command line decides what the user sees of it.
#ifndef KPB_CORE_RUN_PROGRESS_HPP
#define KPB_CORE_RUN_PROGRESS_HPP

#include <string>

namespace kpb {

// Is told about each pass when it begins.
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
    import, // of a kernel's source or files into the store
    check,  // whether they belong together
    boot,   // of a kernel, in a virtual machine
  };
  virtual ~Progress() = default;
  // `detail`: the module's name, the format or the file, depending on the step.
  virtual void begin(Step step, const std::string& detail) = 0;
  // The present part of a long step: "compiling the original". Valid until the next call of this or
  // the next step.
  virtual void phase(const std::string& words) { (void)words; }
  // The last step is over. Called before anything else is written to the terminal.
  virtual void close() {}
};

} // namespace kpb

#endif
