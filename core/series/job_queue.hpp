// SPDX-License-Identifier: GPL-2.0-only
//
// The jobs of a run: those that can be started, in order, and those that run.
#ifndef KPB_CORE_SERIES_JOB_QUEUE_HPP
#define KPB_CORE_SERIES_JOB_QUEUE_HPP

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace kpb {

struct QueuedJob {
  enum class Makes : uint8_t { kernel, cell };
  Makes makes = Makes::cell;
  size_t index = 0; // of the kernel or the cell in the plan
  std::string name;
  std::string output = {};  // where a cell's job puts its artifacts
  double first_started = 0; // 0: not yet
  double not_before = 0;    // it met a lock, and is tried again then
};

class JobQueue {
public:
  void add(QueuedJob job) { m_ready.push_back(std::move(job)); }
  void add_first(QueuedJob job) { m_ready.push_front(std::move(job)); }
  // The first job that may be started now.
  std::optional<QueuedJob> next(double now);

  void started(uint64_t id, QueuedJob job, double now);
  // Nothing for an id that is unknown.
  std::optional<QueuedJob> ended(uint64_t id);
  // The job met somebody else's lock: it is added again, unless that has gone on for ten minutes.
  bool try_again(const QueuedJob& job, double now);

  size_t ready() const { return m_ready.size(); }
  size_t running() const { return m_running.size(); }

private:
  std::deque<QueuedJob> m_ready;
  std::map<uint64_t, QueuedJob> m_running;
};

} // namespace kpb

#endif
