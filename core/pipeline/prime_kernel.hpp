// SPDX-License-Identifier: GPL-2.0-only
//
// Compiling a kernel's original before the first patch comes, for `kpb kernel add`. A build does the same
// when it finds that nobody has.
#ifndef KPB_CORE_PIPELINE_PRIME_KERNEL_HPP
#define KPB_CORE_PIPELINE_PRIME_KERNEL_HPP

#include "core/kernel/prepared_kernel.hpp"
#include "core/plugin/context.hpp"
#include "core/request/request.hpp"

#include <string>

namespace kpb {

// By `request.builder`, or with "auto" by the first that can; its name is put to `chosen`. Of the request
// jobs and store_limit matter, too. The caller holds the kernel's lock. False after a report or an
// interrupt.
bool prime_kernel(Context& context, const PreparedKernel& kernel, const BuildRequest& request,
                  std::string& chosen);

} // namespace kpb

#endif
