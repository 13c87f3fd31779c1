// SPDX-License-Identifier: GPL-2.0-only
//
// See plan_size.hpp.
#include "core/series/plan_size.hpp"

#include "core/series/journal.hpp"
#include "core/series/kernel_keys.hpp"

#include <algorithm>
#include <vector>

namespace kpb {

namespace {

constexpr uint64_t k_max_journal = 1ULL << 30U;

// The time of all jobs of one kind: those whose time is not known count as the mean of the others.
class Times {
public:
  explicit Times(const Remembered& known) : m_known(known) {}
  void add(const std::string& job) {
    ++m_all;
    const auto found = m_known.find(job);
    if (found == m_known.end())
      return;
    ++m_timed;
    m_seconds += static_cast<double>(found->second.seconds);
  }
  std::optional<double> sum() const {
    if (m_timed == 0)
      return std::nullopt;
    return m_seconds / static_cast<double>(m_timed) * static_cast<double>(m_all);
  }
  size_t all() const { return m_all; }

private:
  const Remembered& m_known;
  size_t m_all = 0, m_timed = 0;
  double m_seconds = 0;
};

} // namespace

PlanSize size_of_plan(const SeriesPlan& plan, Context& context, const ResultDirectory& directory,
                      const std::string& store) {
  PlanSize out;
  const auto text = context.files.read(directory.journal(), k_max_journal);
  const auto known = parse_journal(text ? *text : "").cells;
  KernelKeys keys(plan, context, store);
  std::vector<bool> has_cells(plan.kernels.size()), looked(plan.kernels.size());
  Times cells(known), kernels(known);
  for (const auto& cell : plan.cells) {
    if (cell.left != Left::no) {
      ++out.left_out;
      continue;
    }
    ++out.cells;
    has_cells[cell.kernel] = true;
    cells.add(plan.name_of(cell));
    const auto& kernel = plan.kernel_of(cell);
    if (looked[cell.kernel] || !plan.uses_kernel(cell, context.files))
      continue;
    looked[cell.kernel] = true;
    if (!KernelKeys::can_make(kernel) || keys.find(kernel))
      continue;
    ++out.to_prepare;
    kernels.add("kernel-" + kernel.name);
  }
  out.kernels = static_cast<size_t>(std::count(has_cells.begin(), has_cells.end(), true));
  const auto of_cells = cells.sum(), of_kernels = kernels.sum();
  // If a kernel has to be prepared and none ever was, no estimate is possible: that may take an hour.
  if (of_cells && (of_kernels || out.to_prepare == 0)) {
    const size_t jobs = std::max<size_t>(1, cells.all() + kernels.all());
    const auto at_once = std::min<uint64_t>(jobs, context.environment.processors());
    out.seconds = (*of_cells + of_kernels.value_or(0)) / static_cast<double>(at_once);
  }
  return out;
}

} // namespace kpb
