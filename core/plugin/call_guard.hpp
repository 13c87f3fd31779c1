// SPDX-License-Identifier: GPL-2.0-only
//
// A plugin runs in kpb's own process. When it ends the program from inside a call, crashes, or does not
// come back while the user wants to stop, there is no unwinding: this notices, says which plugin and
// which call it was, removes what is temporary, and ends with the status that is due. Without it such a
// run could end with status 0 and nothing made.
//
// Against mistakes, not against malice: a plugin that makes raw system calls can do what it likes.
#ifndef KPB_CORE_PLUGIN_CALL_GUARD_HPP
#define KPB_CORE_PLUGIN_CALL_GUARD_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/interrupt.hpp"

#include <functional>
#include <string>

namespace kpb {

// Around each call of a plugin's code: its constructors, its interface's functions.
class CallGuard {
public:
  CallGuard(const std::string& plugin, const std::string& call);
  ~CallGuard();
  CallGuard(const CallGuard&) = delete;
  CallGuard& operator=(const CallGuard&) = delete;
};

// Around what a host function does for a plugin that takes its time (running a program): it honours
// interrupts itself.
class HostTime {
public:
  HostTime();
  ~HostTime();
  HostTime(const HostTime&) = delete;
  HostTime& operator=(const HostTime&) = delete;
};

// Gets the one diagnostic of such an end and the status that follows; tells the user, also as JSON.
// It may run on another thread, while the main one is stuck.
using LastWords = std::function<void(const Diagnostic& diagnostic, int status)>;

// Before the first plugin is loaded. A plugin that hangs is given up at the second signal, or five
// seconds after the first.
void guard_plugin_calls(const Interrupts& interrupts, LastWords last_words);

// What _exit() of this program calls first (main.cpp): does not return when a plugin's call is under way.
void leaving_by_exit();

// In a process that was forked off before any plugin was called: from now on it is the one that is guarded.
void guard_plugin_calls_of_worker(LastWords last_words);

} // namespace kpb

#endif
