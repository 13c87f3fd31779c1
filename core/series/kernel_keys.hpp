// SPDX-License-Identifier: GPL-2.0-only
//
// Which prepared kernel a series' cells are built with: known from the store, or to be made first.
#ifndef KPB_CORE_SERIES_KERNEL_KEYS_HPP
#define KPB_CORE_SERIES_KERNEL_KEYS_HPP

#include "core/kernel/store.hpp"
#include "core/series/plan.hpp"

#include <optional>
#include <string>

namespace kpb {

struct KernelKey {
  std::string id, key;
};

class KernelKeys {
public:
  // `store`: "" where there is none yet.
  KernelKeys(const SeriesPlan& plan, Context& context, const std::string& store);
  // Of the kernels that the manifest says how to make: the one that was made of just these files, without
  // reading them. Of the others: the only one of that release. Nothing: it is not there.
  std::optional<KernelKey> find(const SeriesKernel& kernel);
  // Whether a job can make it.
  static bool can_make(const SeriesKernel& kernel) {
    return kernel.given != nullptr && kernel.given->says.source;
  }

private:
  const SeriesPlan& m_plan;
  RunContext m_context;
  KernelStore m_store;
  bool m_there;
  std::optional<std::vector<PreparedKernel>> m_all;
};

} // namespace kpb

#endif
