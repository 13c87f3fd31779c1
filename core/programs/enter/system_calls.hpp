// SPDX-License-Identifier: GPL-2.0-only
//
// The system calls that nothing needs which compiles, and that reach what no namespace keeps apart (keys), or a
// large part of the kernel (user namespaces, BPF).
#ifndef KPB_CORE_PROGRAMS_ENTER_SYSTEM_CALLS_HPP
#define KPB_CORE_PROGRAMS_ENTER_SYSTEM_CALLS_HPP

namespace kpb::enter {

// For this process and all that come of it; needs no_new_privs. False with errno set if the kernel refuses.
bool forbid_system_calls();

} // namespace kpb::enter

#endif
