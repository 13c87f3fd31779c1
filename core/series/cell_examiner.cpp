// SPDX-License-Identifier: GPL-2.0-only
//
// See cell_examiner.hpp.
#include "core/series/cell_examiner.hpp"

namespace kpb {

CellExaminer::CellExaminer(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
                           SeriesMemory& memory, CellStates& cells)
    : m_plan(plan), m_context(context), m_memory(memory), m_cells(cells),
      m_keys(plan, context, request.store), m_kernels(plan.kernels.size()) {}

CellNeeds CellExaminer::examine(size_t i) {
  const auto& cell = m_plan.cells[i];
  if (cell.left != Left::no) {
    m_cells.leave_out(i);
    return CellNeeds::nothing;
  }
  if (!m_plan.uses_kernel(cell, m_context.files))
    return identify(i);
  auto& kernel = m_kernels[cell.kernel];
  if (kernel.stage == Stage::unseen)
    look_up(kernel, m_plan.kernel_of(cell));
  kernel.compiles = kernel.compiles || m_plan.builds(cell, m_context.plugins, m_context.files);
  if (kernel.stage == Stage::settled)
    return identify(i);
  m_cells.explain(i, "its kernel is not prepared yet");
  return CellNeeds::kernel;
}

void CellExaminer::look_up(Kernel& kernel, const SeriesKernel& planned) {
  kernel.key = m_keys.find(planned);
  kernel.stage = !kernel.key && KernelKeys::can_make(planned) ? Stage::to_prepare : Stage::settled;
}

CellNeeds CellExaminer::identify(size_t i) {
  const auto& cell = m_plan.cells[i];
  const auto& kernel = key(cell.kernel);
  CollectingSink heard;
  auto fields = m_memory.identities().of(cell, kernel ? kernel->key : "", heard);
  if (!fields) {
    const auto& error = *heard.first_error();
    m_cells.fail(i, {error.where + ": " + error.what + "; " + error.why, error.hint, error.fault},
                 "");
    return CellNeeds::nothing;
  }
  const std::string identity = identity_of(*fields);
  m_cells.set_identity(i, identity);
  const auto found = m_memory.find(cell, identity, *fields);
  m_cells.explain(i, found.why_not);
  if (found.done) {
    m_cells.finish(i, *found.done, found.done->needed ? CellState::reused : CellState::not_needed);
    return CellNeeds::nothing;
  }
  m_fields[i] = std::move(*fields);
  return CellNeeds::job;
}

void CellExaminer::prepared(size_t kernel, KernelKey key) {
  m_kernels[kernel].stage = Stage::settled;
  m_kernels[kernel].key = std::move(key);
}

IdentityFields CellExaminer::take_fields(size_t cell) {
  const auto node = m_fields.extract(cell);
  return node.empty() ? IdentityFields{} : node.mapped();
}

} // namespace kpb
