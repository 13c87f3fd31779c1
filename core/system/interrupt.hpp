// SPDX-License-Identifier: GPL-2.0-only
//
// INT, TERM and HUP as a value that passes ask for, instead of code that runs in a signal handler:
// a pass that sees one unwinds as after any other failure, and its destructors clean up.
#ifndef KPB_CORE_SYSTEM_INTERRUPT_HPP
#define KPB_CORE_SYSTEM_INTERRUPT_HPP

namespace kpb {

class Interrupts {
public:
  virtual ~Interrupts() = default;
  // The signal that asked us to stop; 0 for none.
  virtual int pending() const = 0;
  // How many have come.
  virtual int count() const { return pending() == 0 ? 0 : 1; }
  // Becomes readable at the first signal; -1 where there is none to wait for.
  virtual int descriptor() const = 0;
};

// Installs the handlers for the life of the process; call once. A signal that came ignored (nohup, a
// background job of a shell without job control) stays ignored. A second signal while the first is
// being honoured changes nothing: clean-up is quick and is not skipped. (A plugin that hangs is another
// matter: plugin/call_guard.hpp.)
const Interrupts& install_interrupts();

// For tests and for commands that run nothing.
class NoInterrupts final : public Interrupts {
public:
  int pending() const override { return 0; }
  int descriptor() const override { return -1; }
};

} // namespace kpb

#endif
