// SPDX-License-Identifier: GPL-2.0-only
//
// See interrupt.hpp. SIGPIPE is ignored as well: a closed pipe must become a failed write, which is
// reported, instead of ending the program in the middle of its clean-up.
#include "core/system/interrupt.hpp"

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace kpb {

namespace {

std::atomic<int> g_signal{0};
std::atomic<int> g_count{0};
int g_pipe[2] = {-1, -1};

void on_signal(int number) {
  int none = 0;
  ++g_count;
  if (g_signal.compare_exchange_strong(none, number) && g_pipe[1] >= 0) {
    const char byte = 1;
    [[maybe_unused]] const ssize_t n = ::write(g_pipe[1], &byte, 1);
  }
}

class ProcessInterrupts final : public Interrupts {
public:
  ProcessInterrupts() {
    if (::pipe2(g_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
      g_pipe[0] = g_pipe[1] = -1;
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
      struct sigaction before {};
      ::sigaction(number, nullptr, &before);
      if (before.sa_handler == SIG_IGN)
        continue;
      struct sigaction action {};
      action.sa_handler = on_signal;
      action.sa_flags = SA_RESTART;
      ::sigemptyset(&action.sa_mask);
      ::sigaction(number, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN); // limit of file sizes: writing fails with EFBIG, and we clean up
  }
  int pending() const override { return g_signal.load(); }
  int count() const override { return g_count.load(); }
  int descriptor() const override { return g_pipe[0]; }
};

} // namespace

const Interrupts& install_interrupts() {
  // Never destroyed: a thread may still use it while the program ends.
  static const auto* interrupts = new ProcessInterrupts;
  return *interrupts;
}

} // namespace kpb
