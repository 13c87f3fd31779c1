// SPDX-License-Identifier: GPL-2.0-only
//
// See spawn.hpp. Uses posix_spawn instead of fork: the plan of a large series makes a large
// process, and copying its page tables for each child takes longer than starting the child.
#include "core/system/spawn.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kpb {

namespace {

class Attributes {
public:
  explicit Attributes(const SpawnCommand& command) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (command.output >= 0)
      posix_spawn_file_actions_adddup2(&actions, command.output, 1);
    else
      posix_spawn_file_actions_addopen(&actions, 1, command.log.c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
    // Open files of the process that started us (a lock, a socket) must not reach the child.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);

    sigset_t handled;
    sigset_t none;
    sigemptyset(&none);
    sigemptyset(&handled);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ, SIGCHLD})
      sigaddset(&handled, number);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &handled);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETSIGMASK);
  }
  ~Attributes() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const auto& s : strings)
    out.push_back(const_cast<char*>(s.c_str())); // posix_spawn's signature is older than const
  out.push_back(nullptr);
  return out;
}

} // namespace

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

Result<Child> spawn(const SpawnCommand& command) {
  const Attributes a(command);
  const auto argv = pointers(command.arguments);
  const auto envp = pointers(command.environment);
  Child child;
  // posix_spawn cannot set a umask, so the child inherits ours. No other thread of kpb creates
  // files in the meantime.
  const mode_t ours = command.umask ? ::umask(*command.umask) : 0;
  const int error = ::posix_spawn(&child.pid, command.arguments[0].c_str(), &a.actions,
                                  &a.attributes, argv.data(), envp.data());
  if (command.umask)
    ::umask(ours);
  if (error != 0)
    return tl::unexpected(SystemError{error, "run", command.arguments[0]});
  child.pidfd = static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0));
  return child;
}

bool has_ended(const Child& child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == child.pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int reap(Child& child) {
  ::kill(-child.pid, SIGKILL);
  const int status = wait_for(child.pid);
  // They become our children when their parents die. A killed process is not gone yet: it may
  // still be creating a file in the directory that is removed next.
  while (::waitpid(-child.pid, nullptr, 0) > 0 || errno == EINTR) {
  }
  if (child.pidfd >= 0)
    ::close(child.pidfd);
  child.pidfd = -1;
  return status;
}

} // namespace kpb
