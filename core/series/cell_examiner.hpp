// SPDX-License-Identifier: GPL-2.0-only
//
// What a run finds out about a cell before anything is started: whether it is done, waits for its kernel, or needs
// a job.
#ifndef KPB_CORE_SERIES_CELL_EXAMINER_HPP
#define KPB_CORE_SERIES_CELL_EXAMINER_HPP

#include "core/series/cell_states.hpp"
#include "core/series/memory.hpp"

namespace kpb {

enum class CellNeeds : uint8_t {
  nothing, // it is done, left out or has failed
  kernel,  // its kernel has to be prepared first, and a job can do that
  job,     // a job has to make it
};

class CellExaminer {
public:
  CellExaminer(const SeriesPlan& plan, const SeriesRequest& request, Context& context,
               SeriesMemory& memory, CellStates& cells);

  CellNeeds examine(size_t cell);
  // The rest of it, for a cell whose kernel need not be waited for any more.
  CellNeeds identify(size_t cell);

  // By the kernel's number in the plan. Nothing for one that is not in the store.
  const std::optional<KernelKey>& key(size_t kernel) const { return m_kernels[kernel].key; }
  // Whether a patch is compiled for one of its cells, so that its original has to be compiled, too.
  bool compiles(size_t kernel) const { return m_kernels[kernel].compiles; }
  void prepared(size_t kernel, KernelKey key);

  // What a cell's identity is made of, once, for one that needs a job.
  IdentityFields take_fields(size_t cell);

private:
  // Whether a kernel has to be prepared before its cells can be built.
  enum class Stage : uint8_t {
    unseen,     // no cell has asked for it yet
    to_prepare, // its cells wait for a job that prepares it
    settled,    // it is in the store, or its cells' jobs say why it cannot be had
  };
  struct Kernel {
    Stage stage = Stage::unseen;
    std::optional<KernelKey> key;
    bool compiles = false;
  };
  void look_up(Kernel& kernel, const SeriesKernel& planned);

  const SeriesPlan& m_plan;
  Context& m_context;
  SeriesMemory& m_memory;
  CellStates& m_cells;
  KernelKeys m_keys;
  std::vector<Kernel> m_kernels;
  std::map<size_t, IdentityFields> m_fields;
};

} // namespace kpb

#endif
