// SPDX-License-Identifier: GPL-2.0-only
//
// Adding a kernel that is there reads a source of 95,000 files to find that out. What the system says of
// the files (which they are, how large, when they last changed) tells it too, in a second: where all of that
// is as it was when a kernel was added from them, that kernel is the answer. Where anything differs, or
// cannot be told, everything is read.
#ifndef KPB_CORE_KERNEL_KNOWN_INPUTS_HPP
#define KPB_CORE_KERNEL_KNOWN_INPUTS_HPP

#include "core/kernel/add_kernel.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// A digest of the request and of what the system says of every file that it leads to, taken without reading
// one; "" where that proves nothing: a file that changed a moment ago, or a source that other programs unpack.
std::string stamp_of_inputs(const RunContext& context, const KernelRequest& request);

// The kernel that was added from the same inputs with the same compiler, with the warnings of that time.
// Nothing, and silent, where there is none.
std::optional<PreparedKernel> find_by_stamp(const RunContext& context, KernelStore& store,
                                            const KernelRequest& request, const std::string& stamp);

// That it can be found the next time. Not to be able to is no error: then everything is read again.
void remember_stamp(const RunContext& context, const KernelStore& store,
                    const PreparedKernel& kernel, const std::string& stamp,
                    const std::vector<Diagnostic>& warnings);

} // namespace kpb

#endif
