// SPDX-License-Identifier: GPL-2.0-only
//
// See call_guard.hpp. A thread waits in poll() for signals, and for a byte that the signal handler writes at a crash.
// It does what a signal handler must not do. It exists from the first call of a plugin on.
#include "core/plugin/call_guard.hpp"

#include "core/system/last_will.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <mutex>
#include <poll.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

namespace kpb {

namespace {

constexpr int k_patience_ms = 5000;
constexpr int k_tick_ms = 50;
constexpr int k_crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
constexpr size_t k_stack_size = 64 * 1024;

struct State {
  pid_t pid = ::getpid();
  const Interrupts* interrupts = nullptr;
  LastWords last_words;
  std::mutex mutex;
  std::string plugin; // of the call that is under way
  std::string call;
  std::atomic<int> calls{0};
  std::atomic<int> host{0};
  std::atomic<bool> ending{false};
  int crash_pipe[2] = {-1, -1};
  struct sigaction before[std::size(k_crashes)]{};
};

State* g_state = nullptr; // never freed: threads and exit handlers look at it until the end

bool in_call() { return g_state != nullptr && g_state->calls > 0 && g_state->host == 0; }

[[noreturn]] void exit_now(int status) {
  ::syscall(SYS_exit_group, status);
  for (;;)
    ::pause();
}

[[noreturn]] void end(const std::string& what, const std::string& why, Fault fault, int status) {
  // While one reason to end is being reported, another one adds nothing.
  if (g_state->ending.exchange(true))
    for (;;)
      ::pause();
  Diagnostic d;
  d.fault = fault;
  d.code = "plugin-ended";
  {
    const std::lock_guard lock(g_state->mutex);
    d.where = g_state->plugin;
    d.what = g_state->call + " " + what;
  }
  d.why = why;
  // Libraries end the process, too, some of them because of an error of the system.
  d.hint = "this is a bug in the plugin or in a library that it uses; report it to the plugin's "
           "author";
  if (!remove_temporaries())
    d.why += "; temporary files were not removed";
  g_state->last_words(d, status);
  exit_now(status);
}

void on_crash(int number) {
  if (in_call() && ::getpid() == g_state->pid) {
    const auto byte = static_cast<unsigned char>(number);
    if (::write(g_state->crash_pipe[1], &byte, 1) == 1) {
      // The watching thread ends the process. Should it not be able to, this does.
      const timespec patience{k_patience_ms / 1000, 0};
      ::nanosleep(&patience, nullptr);
    }
    exit_now(static_cast<int>(Fault::plugin));
  }
  // Not in a plugin: the handler that was there before gets the same signal.
  for (size_t i = 0; i < std::size(k_crashes); ++i)
    if (k_crashes[i] == number)
      ::sigaction(number, &g_state->before[i], nullptr);
  ::raise(number);
}

void on_exit_handler() {
  if (in_call() && ::getpid() == g_state->pid)
    end("ended the program", "exit() was called", Fault::plugin, static_cast<int>(Fault::plugin));
}

void watch() {
  int waited = -1; // milliseconds since the first signal; -1 before it
  for (;;) {
    pollfd fds[2] = {{g_state->crash_pipe[0], POLLIN, 0},
                     {waited < 0 ? g_state->interrupts->descriptor() : -1, POLLIN, 0}};
    if (::poll(fds, 2, waited < 0 ? -1 : k_tick_ms) < 0 && errno != EINTR)
      return;
    unsigned char number = 0;
    if (fds[0].revents != 0 && ::read(g_state->crash_pipe[0], &number, 1) == 1)
      end("crashed", std::string("it ended by ") + ::strsignal(number), Fault::plugin,
          static_cast<int>(Fault::plugin));
    if (g_state->interrupts->pending() == 0)
      continue;
    waited = waited < 0 ? 0 : waited + k_tick_ms;
    if (in_call() && (waited >= k_patience_ms || g_state->interrupts->count() > 1))
      end("did not return after an interrupt", "kpb ended the run", Fault::plugin,
          128 + g_state->interrupts->pending());
  }
}

// When a plugin has used up its stack, the handler needs another one.
void use_a_stack_of_our_own() {
  static char stack[k_stack_size];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
}

void start() {
  if (::pipe2(g_state->crash_pipe, O_CLOEXEC) != 0)
    return;
  use_a_stack_of_our_own();
  for (size_t i = 0; i < std::size(k_crashes); ++i) {
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(k_crashes[i], &action, &g_state->before[i]);
  }
  std::atexit(on_exit_handler);
  // Signals go to the main thread.
  sigset_t all;
  sigset_t old;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &old);
  try {
    std::thread(watch).detach();
  } catch (const std::system_error&) {
    // Without the thread a crash ends the program as it would without the guard. Nothing else depends on it.
  }
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
}

} // namespace

void guard_plugin_calls(const Interrupts& interrupts, LastWords last_words) {
  if (g_state != nullptr)
    return;
  g_state = new State;
  g_state->interrupts = &interrupts;
  g_state->last_words = std::move(last_words);
}

void guard_plugin_calls_of_worker(LastWords last_words) {
  if (g_state == nullptr)
    return;
  g_state->pid = ::getpid();
  g_state->last_words = std::move(last_words);
}

CallGuard::CallGuard(const std::string& plugin, const std::string& call) {
  if (g_state == nullptr)
    return;
  static std::once_flag started;
  std::call_once(started, start);
  const std::lock_guard lock(g_state->mutex);
  g_state->plugin = plugin;
  g_state->call = call;
  ++g_state->calls;
}

CallGuard::~CallGuard() {
  if (g_state != nullptr)
    --g_state->calls;
}

HostTime::HostTime() {
  if (g_state != nullptr)
    ++g_state->host;
}

HostTime::~HostTime() {
  if (g_state != nullptr)
    --g_state->host;
}

void leaving_by_exit() {
  if (in_call() && ::getpid() == g_state->pid && !g_state->ending)
    end("ended the program", "_exit() was called", Fault::plugin, static_cast<int>(Fault::plugin));
}

} // namespace kpb
