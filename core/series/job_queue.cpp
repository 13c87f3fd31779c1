// SPDX-License-Identifier: GPL-2.0-only
//
// See job_queue.hpp.
#include "core/series/job_queue.hpp"

#include <algorithm>

namespace kpb {

namespace {

constexpr double k_lock_patience = 600; // seconds
constexpr double k_lock_pause = 2;

} // namespace

std::optional<QueuedJob> JobQueue::next(double now) {
  const auto found = std::find_if(m_ready.begin(), m_ready.end(),
                                  [&](const QueuedJob& job) { return job.not_before <= now; });
  if (found == m_ready.end())
    return std::nullopt;
  QueuedJob job = std::move(*found);
  m_ready.erase(found);
  return job;
}

void JobQueue::started(uint64_t id, QueuedJob job, double now) {
  if (job.first_started == 0)
    job.first_started = now;
  m_running.emplace(id, std::move(job));
}

std::optional<QueuedJob> JobQueue::ended(uint64_t id) {
  const auto found = m_running.find(id);
  if (found == m_running.end())
    return std::nullopt;
  QueuedJob job = std::move(found->second);
  m_running.erase(found);
  return job;
}

bool JobQueue::try_again(const QueuedJob& job, double now) {
  if (now - job.first_started >= k_lock_patience)
    return false;
  m_ready.push_back(job);
  m_ready.back().not_before = now + k_lock_pause;
  return true;
}

} // namespace kpb
