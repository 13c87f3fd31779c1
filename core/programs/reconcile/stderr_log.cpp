// SPDX-License-Identifier: GPL-2.0-only
//
// Messages on standard error: for people, or, if systemd says that standard error is its journal,
// with journald's priority at the start of each line.
#include "core/programs/reconcile/real_world.hpp"

#include <cstdlib>
#include <unistd.h>

namespace kpb::runtime {

namespace {

class StderrLog : public Log {
public:
  void say(const Message& m) override {
    const std::string priority =
        m_journal ? "<" + std::to_string(static_cast<int>(m.severity)) + ">" : "";
    std::string line = priority + "kpb-reconcile: " + word(m.severity) + ": ";
    line += (m.where.empty() ? "" : m.where + ": ") + m.what + (m.why.empty() ? "" : "; " + m.why) +
            " [" + m.code + "]\n";
    if (!m.hint.empty())
      line += priority + "hint: " + m.hint + "\n";
    // One write, so that lines of two processes do not mix. If it fails, there is nobody left to
    // tell.
    [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
  }

private:
  static const char* word(Severity severity) {
    switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: break;
    }
    return "note";
  }

  bool m_journal = std::getenv("JOURNAL_STREAM") != nullptr && ::isatty(STDERR_FILENO) == 0;
};

} // namespace

std::unique_ptr<Log> stderr_log() { return std::make_unique<StderrLog>(); }

} // namespace kpb::runtime
