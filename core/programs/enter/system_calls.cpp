// SPDX-License-Identifier: GPL-2.0-only
//
// See system_calls.hpp. The list is a part of Flatpak's (flatpak-run.c, setup_seccomp); a filter of this size needs no
// library. A forbidden call fails with EPERM; clone3, whose flags a filter cannot see, with ENOSYS, upon which the C
// library uses clone.
#include "core/programs/enter/system_calls.hpp"

#include <cerrno>
#include <cstddef>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <vector>

namespace kpb::enter {

namespace {

#if defined(__x86_64__)
constexpr unsigned k_arch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned k_arch = AUDIT_ARCH_AARCH64;
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
constexpr unsigned k_arch = AUDIT_ARCH_PPC64LE;
#elif defined(__s390x__)
constexpr unsigned k_arch = AUDIT_ARCH_S390X;
#else
#error "a system call's numbers belong to an architecture: name this one's"
#endif

constexpr unsigned k_allow = SECCOMP_RET_ALLOW;
constexpr unsigned k_refuse = SECCOMP_RET_ERRNO | EPERM;
constexpr unsigned k_unknown = SECCOMP_RET_ERRNO | ENOSYS;

constexpr int k_forbidden[] = {
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl, // no namespace keeps keys apart
    SYS_setns,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot, // other places
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_syslog,
    SYS_acct, // large parts of the kernel
    SYS_swapon,
    SYS_swapoff,
    SYS_reboot,
    SYS_quotactl,
    SYS_kexec_load,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
};
constexpr unsigned k_newer[] = {
    // the same on every architecture; known by number, because headers of older systems do not name them
    425, 426, 427,                // io_uring_setup, _enter, _register
    428, 429, 430, 431, 432, 433, // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick
    442,                          // mount_setattr
};
constexpr unsigned k_clone3 = 435;

using Filter = std::vector<sock_filter>;

sock_filter statement(unsigned short code, unsigned k) { return {code, 0, 0, k}; }
sock_filter load(size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}
sock_filter answer(unsigned with) { return statement(BPF_RET | BPF_K, with); }
sock_filter jump(unsigned short test, unsigned k, unsigned char yes, unsigned char no) {
  return {static_cast<unsigned short>(BPF_JMP | test | BPF_K), yes, no, k};
}

// The low half of an argument.
constexpr size_t argument(size_t index) {
  const size_t high_first = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0;
  return offsetof(seccomp_data, args) + 8 * index + high_first;
}

void refuse(Filter& filter, unsigned call, unsigned with) {
  filter.push_back(jump(BPF_JEQ, call, 0, 1));
  filter.push_back(answer(with));
}

// Refuses the call when one of `bits` is set in its argument.
void refuse_bits(Filter& filter, unsigned call, size_t index, unsigned bits) {
  filter.push_back(jump(BPF_JEQ, call, 0, 4));
  filter.push_back(load(argument(index)));
  filter.push_back(jump(BPF_JSET, bits, 0, 1));
  filter.push_back(answer(k_refuse));
  filter.push_back(load(offsetof(seccomp_data, nr)));
}

void refuse_value(Filter& filter, unsigned call, size_t index, unsigned value) {
  filter.push_back(jump(BPF_JEQ, call, 0, 4));
  filter.push_back(load(argument(index)));
  filter.push_back(jump(BPF_JEQ, value, 0, 1));
  filter.push_back(answer(k_refuse));
  filter.push_back(load(offsetof(seccomp_data, nr)));
}

Filter whole() {
  Filter filter;
  // Calls of another architecture (32 bit on a 64 bit machine) have other numbers: none of them.
  filter.push_back(load(offsetof(seccomp_data, arch)));
  filter.push_back(jump(BPF_JEQ, k_arch, 1, 0));
  filter.push_back(answer(k_unknown));
  filter.push_back(load(offsetof(seccomp_data, nr)));
#if defined(__x86_64__)
  filter.push_back(jump(BPF_JGE, 0x40000000U, 0, 1)); // x32
  filter.push_back(answer(k_unknown));
#endif
  for (const int call : k_forbidden)
    refuse(filter, static_cast<unsigned>(call), k_refuse);
  for (const unsigned call : k_newer)
    refuse(filter, call, k_refuse);
  refuse(filter, k_clone3, k_unknown);
  constexpr unsigned k_namespaces = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                    CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
  refuse_bits(filter, SYS_unshare, 0, k_namespaces);
#if defined(__s390x__)
  refuse_bits(filter, SYS_clone, 1, k_namespaces);
#else
  refuse_bits(filter, SYS_clone, 0, k_namespaces);
#endif
  refuse_value(filter, SYS_ioctl, 1, TIOCSTI);
  refuse_value(filter, SYS_ioctl, 1, TIOCLINUX);
  filter.push_back(answer(k_allow));
  return filter;
}

} // namespace

bool forbid_system_calls() {
  Filter filter = whole();
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

} // namespace kpb::enter
