// SPDX-License-Identifier: GPL-2.0-only
//
// Which prepared kernel a series' cells are built with: one in the store, or one that has to be prepared first.
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
  // If the manifest gives the kernel's source: the one that was prepared from these files (found without reading
  // them). Otherwise the only one of that release. Nothing if the store does not have it.
  std::optional<KernelKey> find(const SeriesKernel& kernel);
  // Whether a job can prepare it.
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
