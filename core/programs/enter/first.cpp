// SPDX-License-Identifier: GPL-2.0-only
//
// See first.hpp. A program at its limit of processes would go on trying, and RLIMIT_NPROC does not bind root on every
// kernel. So the first process also counts: when there are too many it ends, and the kernel kills all others with it.
#include "core/programs/enter/first.hpp"

#include "core/programs/enter/system_calls.hpp"
#include "core/programs/enter/trouble.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <dirent.h>
#include <linux/keyctl.h>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kpb::enter {

namespace {

// A job of make is up to five processes; a fork bomb is ended while the machine can still be worked with.
rlim_t most_processes() {
  const long processors = ::sysconf(_SC_NPROCESSORS_ONLN);
  return 1024 + 8 * static_cast<rlim_t>(processors > 0 ? processors : 1);
}
constexpr long k_look_ns = 20 * 1000 * 1000;

void limit(__rlimit_resource_t resource, rlim_t most) {
  rlimit now{};
  if (::getrlimit(resource, &now) != 0)
    die("cannot read a resource limit");
  if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
    most = now.rlim_max;
  const rlimit wanted{most, most};
  if (::setrlimit(resource, &wanted) != 0)
    die("cannot set a resource limit");
}

void give_up_rights() {
  ::unsetenv("PWD"); // bubblewrap adds it; a builder's environment is kpb's
  limit(RLIMIT_NPROC, 2 * most_processes());
  limit(RLIMIT_CORE, 0); // a handler of the host's would get it
  // An empty session keyring: the caller's keys would be the program's. Without keys in the kernel there are none.
  if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 && errno != ENOSYS)
    die("cannot leave the session keyring");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    die("cannot set no_new_privs");
  if (!forbid_system_calls())
    die("cannot forbid system calls");
}

bool too_many_processes() {
  DIR* processes = ::opendir("/proc");
  if (processes == nullptr)
    return false;
  rlim_t count = 0;
  while (const dirent* entry = ::readdir(processes))
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
      ++count;
  ::closedir(processes);
  return count > most_processes();
}

// The program's status when it has ended; -1 while it has not. Looks at a few at a time: orphans of a fork bomb come
// faster than they can be collected.
int collect(pid_t program) {
  int status = 0;
  for (int i = 0; i < 16; ++i) {
    const pid_t ended = ::waitpid(-1, &status, WNOHANG);
    if (ended == program)
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    if (ended == 0)
      return -1;
    if (ended < 0 && errno != EINTR)
      return k_no_view;
  }
  return -1;
}

} // namespace

int be_first(char** program) {
  give_up_rights();
  sigset_t children;
  sigset_t before;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &children, &before);
  // The program is a child, because signals without a handler do not reach a first process.
  const pid_t child = ::fork();
  if (child < 0)
    die("cannot start a process");
  if (child == 0) {
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
    // execvp() would run what is no program with a shell.
    if (std::string(program[0]).find('/') != std::string::npos)
      ::execv(program[0], program);
    else
      ::execvp(program[0], program);
    die(std::string("cannot run ") + program[0]);
  }
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // or the program could trace it, and stop the counting
  timespec last{};
  for (;;) {
    if (const int status = collect(child); status >= 0)
      return status;
    const timespec wait{0, k_look_ns};
    ::sigtimedwait(&children, nullptr, &wait);
    // A build starts and ends many processes: counting after each of them would cost more than they do.
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    if ((now.tv_sec - last.tv_sec) * 1000000000L + now.tv_nsec - last.tv_nsec < k_look_ns)
      continue;
    last = now;
    if (too_many_processes()) {
      const std::string what = "more than " + std::to_string(most_processes()) + " processes";
      errno = EAGAIN;
      die(what);
    }
  }
}

} // namespace kpb::enter
