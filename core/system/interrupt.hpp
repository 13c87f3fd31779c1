// SPDX-License-Identifier: GPL-2.0-only
//
// Makes INT, TERM, HUP and QUIT a value that passes check, instead of running code in a signal
// handler. A pass that sees one returns as after any other failure, and its destructors clean up.
#ifndef KPB_CORE_SYSTEM_INTERRUPT_HPP
#define KPB_CORE_SYSTEM_INTERRUPT_HPP

namespace kpb {

class Interrupts {
public:
  virtual ~Interrupts() = default;
  // The signal that asked us to stop; 0 if there was none.
  virtual int pending() const = 0;
  // How many signals have come.
  virtual int count() const { return pending() == 0 ? 0 : 1; }
  // Becomes readable at the first signal; -1 if there is nothing to wait for.
  virtual int descriptor() const = 0;
};

// Installs the handlers for the life of the process; call once. A signal that was ignored at the
// start (nohup, a background job of a shell without job control) remains ignored. A second signal
// during the clean-up changes nothing: clean-up is quick and must not be skipped. (For a plugin
// that hangs, see plugin/call_guard.hpp.)
const Interrupts& install_interrupts();

// For tests, and for commands that run no programs.
class NoInterrupts final : public Interrupts {
public:
  int pending() const override { return 0; }
  int descriptor() const override { return -1; }
};

} // namespace kpb

#endif
