// SPDX-License-Identifier: GPL-2.0-only
//
// See kernel_keys.hpp.
#include "core/series/kernel_keys.hpp"

#include "core/kernel/known_inputs.hpp"
#include "core/series/cell_request.hpp"

namespace kpb {

KernelKeys::KernelKeys(const SeriesPlan& plan, Context& context, const std::string& store)
    : m_plan(plan), m_context(context), m_store(m_context, store), m_there(!store.empty()) {}

std::optional<KernelKey> KernelKeys::find(const SeriesKernel& kernel) {
  if (!m_there)
    return std::nullopt;
  if (can_make(kernel)) {
    const BuildRequest said = prime_request(m_plan, kernel);
    KernelRequest request;
    request.kernel = kernel.kernel;
    request.source = *said.source;
    request.config = said.config;
    request.vmlinux = said.vmlinux;
    request.modules = said.modules;
    request.symvers = said.symvers;
    const std::string root = said.root.value_or("");
    request.root = root.empty() ? "" : m_context.files.resolve(root).value_or(root);
    if (request.root == "/")
      request.root.clear(); // the host's own has no name
    const auto known =
        find_by_stamp(m_context, m_store, request, stamp_of_inputs(m_context, request));
    return known ? std::optional(KernelKey{known->id, known->key()}) : std::nullopt;
  }
  if (!m_all) {
    CollectingSink unheard; // the job says what is wrong with the store
    const RunContext quiet = m_context.reporting_to(unheard);
    m_all = KernelStore(quiet, m_store.directory()).list().value_or(std::vector<PreparedKernel>{});
  }
  const PreparedKernel* found = nullptr;
  for (const auto& one : *m_all) {
    if (kernel.given != nullptr && kernel.given->says.kernel_id
            ? one.id != *kernel.given->says.kernel_id
            : one.release() != kernel.kernel.release)
      continue;
    if (found != nullptr)
      return std::nullopt; // several: the job says so
    found = &one;
  }
  return found == nullptr ? std::nullopt : std::optional(KernelKey{found->id, found->key()});
}

} // namespace kpb
