// SPDX-License-Identifier: GPL-2.0-only
//
// Plugins run in kpb's own process. If one ends the program from inside a call, crashes, or does not return after
// an interrupt, nothing is unwound. The guard notices that, reports which plugin and which call it was, removes
// temporary files, and ends the program with the right status. Without it such a run could end with status 0 and
// without a package.
//
// It helps against mistakes, not against malice: a plugin that makes system calls itself can do anything.
#ifndef KPB_CORE_PLUGIN_CALL_GUARD_HPP
#define KPB_CORE_PLUGIN_CALL_GUARD_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/interrupt.hpp"

#include <functional>
#include <string>

namespace kpb {

// Lives while a plugin's code runs: its constructors, or a function of its interface.
class CallGuard {
public:
  CallGuard(const std::string& plugin, const std::string& call);
  ~CallGuard();
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;
};

// Lives while a host function does something for a plugin that takes its time (running a program). The host function
// handles interrupts itself then.
class HostTime {
public:
  HostTime();
  ~HostTime();
  HostTime(const HostTime&) = delete;
  HostTime& operator=(const HostTime&) = delete;
};

// Tells the user (also as JSON) the one diagnostic of such an end, and the exit status that follows. It may run on
// another thread while the main one does not return.
using LastWords = std::function<void(const Diagnostic& diagnostic, int status)>;

// Called before the first plugin is loaded. If a plugin does not return, the program ends at the second signal, or
// five seconds after the first one.
void guard_plugin_calls(const Interrupts& interrupts, LastWords last_words);

// The first thing that this program's _exit() calls (main.cpp). Does not return if it was called from a plugin.
void leaving_by_exit();

// Called in a process that was forked before any plugin was called: from then on this process is guarded.
void guard_plugin_calls_of_worker(LastWords last_words);

} // namespace kpb

#endif
