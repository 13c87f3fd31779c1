// SPDX-License-Identifier: GPL-2.0-only
//
// kpb-enter: the two ends of bubblewrap, which confines whatever compiles a patch (docs/building-patches.md).
// It is a separate program because all of this changes the whole process, and it runs where nothing of kpb is:
// so it is static, uses no library of kpb's and little code. It is not for users: kpb writes its command line.
//
//   kpb-enter [--own-root] [--overlay LOWER UPPER WORK]... [--hold FILE] [--chdir DIR] -- PROGRAM [ARGUMENT...]
//     around bubblewrap. --overlay: in a mount namespace of its own, an overlayfs covers UPPER, where bubblewrap
//     then finds it; LOWER may be several directories, separated by ':'. --own-root: root's chroot becomes the root of
//     that mount namespace; in a chroot, nobody can make user namespaces. --hold: PROGRAM, and what it starts, has
//     a shared lock on FILE.
//   kpb-enter --first -- PROGRAM [ARGUMENT...]
//     in it, as the first process of the PID namespace: see first.hpp.
//
// Exit status: PROGRAM's (128 + N for signal N), or 125 if it could not be run.
#include "core/programs/enter/first.hpp"
#include "core/programs/enter/trouble.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <string>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace {

using kpb::enter::die;
using kpb::enter::k_no_view;

[[noreturn]] void usage(const std::string& what) {
  errno = EINVAL;
  die(what);
}

struct Overlay {
  std::string lower, upper, work;
};

struct Plan {
  std::vector<Overlay> overlays;
  std::string directory;
  std::string hold;
  bool first = false;
  bool own_root = false;
  char** program = nullptr;
};

size_t arguments_of(const std::string& option) {
  if (option == "--overlay")
    return 3;
  return option == "--chdir" || option == "--hold" ? 1 : 0;
}

Plan parse(int argc, char** argv) {
  Plan plan;
  for (int i = 1; i < argc;) {
    const std::string option = argv[i++];
    if (option == "--") {
      plan.program = argv + i;
      break;
    }
    if (option == "--first") {
      plan.first = true;
      continue;
    }
    if (option == "--own-root") {
      plan.own_root = true;
      continue;
    }
    const size_t count = arguments_of(option);
    if (count == 0 || static_cast<size_t>(argc - i) < count)
      usage("option " + option);
    const std::vector<std::string> given(argv + i, argv + i + count);
    i += static_cast<int>(count);
    for (const auto& path : given)
      if (path.empty() || path[0] != '/')
        usage(option + " " + path);
    if (option == "--hold")
      plan.hold = given[0];
    else if (option == "--chdir")
      plan.directory = given[0];
    else
      plan.overlays.push_back({given[0], given[1], given[2]});
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

// A user who is not root becomes root of a user namespace, in which mounting is allowed as well (on most
// systems). True if there is one.
bool take_namespaces() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWNS | (user == 0 ? 0 : CLONE_NEWUSER)) != 0)
    die("creating namespaces is not allowed here");
  if (user != 0) {
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1");
    write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1");
  }
  return user != 0;
}

// Our mounts must not propagate to the host.
void keep_mounts() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    die("cannot make / private");
}

// A path without the characters that mean something in overlayfs' options.
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

// The overlay covers its own upper layer: bubblewrap binds it from there to where the builder sees it.
void mount_overlay(const Overlay& wanted, bool in_user_namespace) {
  std::string options = "lowerdir=" + held_list(wanted.lower) + ",upperdir=" + held(wanted.upper) +
                        ",workdir=" + held(wanted.work);
  if (in_user_namespace)
    options += ",userxattr"; // only the real root can set "trusted." attributes
  // "volatile": nobody reads this layer after a crash, so nothing in it needs to be synced.
  const std::string fast = options + ",volatile";
  const char* to = wanted.upper.c_str();
  const unsigned long flags = MS_NOSUID | MS_NODEV;
  if (::mount("overlay", to, "overlay", flags, fast.c_str()) != 0 &&
      ::mount("overlay", to, "overlay", flags, options.c_str()) != 0)
    die("cannot mount an overlay at " + wanted.upper);
}

// Leaves the chroot, as only root can, for as long as it takes to put its directory in the place of "/".
void own_root() {
  const int chroot_directory = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int tree = static_cast<int>(
      ::syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
  if (chroot_directory < 0 || tree < 0)
    die("cannot take the root");
  // Below a new root ("/proc", which every system has), the old one is outside, and ".." leads on.
  if (::chroot("/proc") != 0 || ::fchdir(chroot_directory) != 0)
    die("cannot leave the chroot");
  struct stat here {};
  struct stat above {};
  do {
    if (::stat(".", &here) != 0 || ::stat("..", &above) != 0 || ::chdir("..") != 0)
      die("cannot leave the chroot");
  } while (here.st_ino != above.st_ino || here.st_dev != above.st_dev);
  if (::chroot(".") != 0)
    die("cannot leave the chroot");
  keep_mounts();
  if (::syscall(SYS_move_mount, tree, "", chroot_directory, "",
                MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0 ||
      ::fchdir(tree) != 0 || ::syscall(SYS_pivot_root, ".", ".") != 0 ||
      ::umount2(".", MNT_DETACH) != 0 || ::chdir("/") != 0)
    die("cannot make the chroot the root");
}

// As long as anything that the program has started lives, nobody else works in its directory.
void hold(const std::string& file) {
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (lock < 0 || ::flock(lock, LOCK_SH | LOCK_NB) != 0)
    die("cannot lock " + file);
}

} // namespace

int main(int argc, char** argv) {
  Plan plan = parse(argc, argv);
  if (plan.first)
    return kpb::enter::be_first(plan.program);
  // If kpb is killed, nothing that it started may continue. exec() keeps this.
  const pid_t parent = ::getppid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != parent)
    return k_no_view;
  if (!plan.hold.empty())
    hold(plan.hold);
  if (!plan.overlays.empty() || plan.own_root) {
    const bool in_user_namespace = take_namespaces();
    if (plan.own_root)
      own_root();
    else
      keep_mounts();
    for (const auto& overlay : plan.overlays)
      mount_overlay(overlay, in_user_namespace);
  }
  if (!plan.directory.empty() && ::chdir(plan.directory.c_str()) != 0)
    die("cannot enter " + plan.directory);
  ::execvp(plan.program[0], plan.program);
  die(std::string("cannot run ") + plan.program[0]);
}
