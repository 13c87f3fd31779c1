// SPDX-License-Identifier: GPL-2.0-only
//
// A short cut for `kpb kernel add` of a kernel that is in the store. Finding that out by content means to read a
// source of 95,000 files. Instead a stamp is taken in a second from the files' names, inodes, sizes and times. When a
// kernel was added from files with the same stamp, it is the answer; when anything differs or is not certain,
// everything is read.
#ifndef KPB_CORE_KERNEL_KNOWN_INPUTS_HPP
#define KPB_CORE_KERNEL_KNOWN_INPUTS_HPP

#include "core/kernel/add_kernel.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// The stamp: a digest of the request and of the file system's data about every file that it names, without reading
// any. "" where that would prove nothing: a file changed a moment ago, or another program unpacks the source.
std::string stamp_of_inputs(const RunContext& context, const KernelRequest& request);

// The kernel that was added from the same inputs with the same compiler; the warnings of that time are repeated.
// Nothing, and no report, where there is none.
std::optional<PreparedKernel> find_by_stamp(const RunContext& context, KernelStore& store,
                                            const KernelRequest& request, const std::string& stamp);

// So that find_by_stamp() finds it. It is no error if that cannot be written: everything is read again then.
void remember_stamp(const RunContext& context, const KernelStore& store,
                    const PreparedKernel& kernel, const std::string& stamp,
                    const std::vector<Diagnostic>& warnings);

} // namespace kpb

#endif
