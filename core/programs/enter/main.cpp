// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-enter: runs a program in a view of a prepared kernel (docs/building-patches.md). It is a
// separate program because namespaces, mounts and chroot change the whole process. It uses no
// library of kpb's and little code, since as root it could do anything. It is not for users: kpb
// writes its command line.
//
//   kpb-enter [--root DIR] ACTION... -- PROGRAM [ARGUMENT...]
//     --tmpfs DIR             an empty file system in memory
//     --make-dir DIR          a directory (on such a file system)
//     --bind FROM DIR         FROM (of the host) appears at DIR; --read-only-bind: not writable
//     --overlay LOWER UPPER WORK DIR    an overlayfs; LOWER may be several, separated by ':'
//     --chdir DIR             where PROGRAM runs
//   kpb-enter --hold FILE [--chdir DIR] -- PROGRAM [ARGUMENT...]
//     where no view is possible: runs PROGRAM without one, with a shared lock on FILE that
//     everything it starts inherits
//   DIR is a path as PROGRAM sees it. Actions are executed in their order, after the root has been
//   made read-only.
//
// PROGRAM has no network and sees only its own processes. When it ends, or when kpb-enter ends,
// everything that it started ends too. Exit status: PROGRAM's (128 + N for signal N), or 125 if the
// view cannot be made.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int k_no_view = 125;

[[noreturn]] void die(const std::string& what) {
  const std::string text = "kpb-enter: " + what + ": " + std::strerror(errno) + "\n";
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
  ::_exit(k_no_view);
}

[[noreturn]] void usage(const std::string& what) {
  errno = EINVAL;
  die(what);
}

// Opens a path of the host, which may lie below what the view is about to cover. The descriptor
// still reaches it.
std::string held(const std::string& path) {
  const int fd = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0)
    die("cannot open " + path);
  return "/proc/self/fd/" + std::to_string(fd);
}

std::string held_list(const std::string& paths) {
  std::string out;
  for (size_t start = 0; start <= paths.size();) {
    const size_t end = std::min(paths.find(':', start), paths.size());
    out += (start == 0 ? "" : ":") + held(paths.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

struct Action {
  std::string kind;
  std::vector<std::string> arguments;
};

struct Plan {
  std::string root; // "" for the host's root
  std::string directory = "/";
  std::string hold; // if not "": no view, but this lock
  std::vector<Action> actions;
  char** program = nullptr;
};

size_t arguments_of(const std::string& option) {
  if (option == "--tmpfs" || option == "--make-dir" || option == "--chdir" || option == "--root" ||
      option == "--hold")
    return 1;
  if (option == "--bind" || option == "--read-only-bind")
    return 2;
  return option == "--overlay" ? 4 : 0;
}

Plan parse(int argc, char** argv) {
  Plan plan;
  for (int i = 1; i < argc;) {
    const std::string option = argv[i++];
    if (option == "--") {
      plan.program = argv + i;
      break;
    }
    const size_t count = arguments_of(option);
    if (count == 0 || static_cast<size_t>(argc - i) < count)
      usage("option " + option);
    Action action{option, {argv + i, argv + i + count}};
    i += static_cast<int>(count);
    for (const auto& path : action.arguments)
      if (path.empty() || path[0] != '/')
        usage(option + " " + path);
    if (option == "--root")
      plan.root = action.arguments[0];
    else if (option == "--hold")
      plan.hold = action.arguments[0];
    else if (option == "--chdir")
      plan.directory = action.arguments[0];
    else
      plan.actions.push_back(std::move(action));
  }
  if (plan.program == nullptr || *plan.program == nullptr)
    usage("no program");
  return plan;
}

void write_file(const char* path, const std::string& text) {
  const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || ::write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    die(std::string("cannot write ") + path);
  ::close(fd);
}

bool g_user_namespace = false;

// A user who is not root becomes root of a user namespace, in which mounting is allowed as well (on
// most systems).
void take_namespaces() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  const int common = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC;
  if (::unshare(common | (user == 0 ? 0 : CLONE_NEWUSER)) != 0)
    die("creating namespaces is not allowed here");
  g_user_namespace = user != 0;
  if (g_user_namespace) {
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
    write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  }
}

void mount_or_die(const char* from, const std::string& to, const char* type, unsigned long flags,
                  const char* data = nullptr) {
  if (::mount(from, to.c_str(), type, flags, data) != 0)
    die("cannot mount " + to);
}

void make_read_only(const std::string& path) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  if (::syscall(SYS_mount_setattr, AT_FDCWD, path.c_str(), AT_RECURSIVE, &attributes,
                sizeof attributes) != 0)
    die("cannot make " + path + " read-only");
}

// Where the view is assembled before it becomes "/": any directory that exists on every system. Its
// content is only covered in our own mount namespace.
constexpr const char* k_stage = "/mnt";

void overlay(const Action& action, const std::string& to) {
  const auto& a = action.arguments;
  std::string options = "lowerdir=" + a[0] + ",upperdir=" + a[1] + ",workdir=" + a[2];
  if (g_user_namespace)
    options += ",userxattr"; // only the real root can set "trusted." attributes
  // "volatile": nobody reads this layer after a crash, so nothing in it needs to be synced.
  const std::string fast = options + ",volatile";
  if (::mount("overlay", to.c_str(), "overlay", 0, fast.c_str()) != 0 &&
      ::mount("overlay", to.c_str(), "overlay", 0, options.c_str()) != 0)
    die("cannot mount an overlay at " + to);
}

// The few devices that building needs.
void make_devices(const std::string& root) {
  const std::string dev = root + "/dev";
  mount_or_die("tmpfs", dev, "tmpfs", MS_NOSUID, "mode=0755,size=1m");
  for (const char* name : {"null", "zero", "full", "random", "urandom"}) {
    const std::string from = std::string("/dev/") + name;
    const std::string to = dev + "/" + name;
    const int fd = ::open(to.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
      die("cannot make " + to);
    ::close(fd);
    mount_or_die(from.c_str(), to, nullptr, MS_BIND);
  }
  const char* links[][2] = {{"/proc/self/fd", "/fd"},
                            {"/proc/self/fd/0", "/stdin"},
                            {"/proc/self/fd/1", "/stdout"},
                            {"/proc/self/fd/2", "/stderr"}};
  for (const auto& link : links)
    if (::symlink(link[0], (dev + link[1]).c_str()) != 0)
      die("cannot make " + dev + link[1]);
}

void carry_out(const Action& action, const std::string& root) {
  const std::string to = root + action.arguments.back();
  if (action.kind == "--tmpfs")
    mount_or_die("tmpfs", to, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755");
  else if (action.kind == "--make-dir") {
    if (::mkdir(to.c_str(), 0755) != 0 && errno != EEXIST)
      die("cannot make " + to);
  } else if (action.kind == "--overlay")
    overlay(action, to);
  else {
    mount_or_die(action.arguments[0].c_str(), to, nullptr, MS_BIND);
    if (action.kind == "--read-only-bind")
      make_read_only(to);
  }
}

void put_together(Plan& plan) {
  // Our mounts must not propagate to the host.
  mount_or_die(nullptr, "/", nullptr, MS_REC | MS_PRIVATE);
  // All arguments but the last are paths of the host. Descriptors from the previous mount namespace
  // would not work.
  for (auto& action : plan.actions)
    for (size_t i = 0; i + 1 < action.arguments.size(); ++i)
      action.arguments[i] = held_list(action.arguments[i]);
  const std::string from = plan.root.empty() ? "/" : plan.root;
  // The host's root includes /usr and /var, which may be mounts of their own; a build root has no
  // mounts.
  const unsigned long recursive = plan.root.empty() ? MS_REC : 0;
  mount_or_die(from.c_str(), k_stage, nullptr, MS_BIND | recursive);
  make_read_only(k_stage);
  make_devices(k_stage);
  for (const auto& action : plan.actions)
    carry_out(action, k_stage);
}

[[noreturn]] void run(const Plan& plan) {
  mount_or_die("proc", std::string(k_stage) + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  // A process that is root in the view could change the running kernel's settings there.
  const std::string knobs = std::string(k_stage) + "/proc/sys";
  mount_or_die(knobs.c_str(), knobs, nullptr, MS_BIND);
  make_read_only(knobs);
  if (::chroot(k_stage) != 0 || ::chdir(plan.directory.c_str()) != 0)
    die("cannot enter " + plan.directory);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::execvp(plan.program[0], plan.program);
  die(std::string("cannot run ") + plan.program[0]);
}

// Without namespaces nothing ends what the program has started. But as long as any of it lives, the
// lock is held, and nobody else works in its directory.
[[noreturn]] void run_here(const Plan& plan) {
  const int lock = ::open(plan.hold.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (lock < 0 || ::flock(lock, LOCK_SH | LOCK_NB) != 0)
    die("cannot lock " + plan.hold);
  if (::chdir(plan.directory.c_str()) != 0)
    die("cannot enter " + plan.directory);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::execvp(plan.program[0], plan.program);
  die(std::string("cannot run ") + plan.program[0]);
}

int status_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The first process of its PID namespace. The program is its child, because signals without a
// handler do not reach a first process. All other processes end when this one ends.
[[noreturn]] void be_first(const Plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  const pid_t program = ::fork();
  if (program < 0)
    die("cannot start a process");
  if (program == 0)
    run(plan);
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended == program)
      ::_exit(status_of(status));
    if (ended < 0 && errno != EINTR)
      ::_exit(k_no_view);
  }
}

} // namespace

int main(int argc, char** argv) {
  Plan plan = parse(argc, argv);
  // If kpb is killed, nothing that it started may continue.
  const pid_t parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent)
    return k_no_view;
  if (!plan.hold.empty())
    run_here(plan);
  take_namespaces();
  put_together(plan);
  const pid_t first = ::fork();
  if (first < 0)
    die("cannot start a process");
  if (first == 0)
    be_first(plan);
  int status = 0;
  while (::waitpid(first, &status, 0) < 0 && errno == EINTR) {
  }
  return status_of(status);
}
