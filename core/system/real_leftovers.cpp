// SPDX-License-Identifier: GPL-2.0-only
//
// Directories and files that a run holds, and the removal of those whose run was killed. A lock tells
// the two apart, never an age: it ends with the process, however that ends. A directory of this kind
// has the sticky bit from its first moment, so that a user's own directory of such a name is never
// taken for one.
#include "core/system/real_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/statfs.h>

namespace kpb::real {

namespace {

constexpr mode_t k_held_mode = 01700;
constexpr int k_attempts = 100;
constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyz0123456789";

enum class Hold { held, lost, no_locks, failed };

// What has just been made. A run that sweeps may have found it before it was locked; then it is lost.
Hold hold(int fd) {
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return Hold::lost;
    // NFS locks no directory, and some file systems lock nothing. Then nobody can sweep there.
    const bool none = errno == EBADF || errno == ENOLCK || errno == EOPNOTSUPP || errno == EINVAL ||
                      errno == ENOSYS;
    return none ? Hold::no_locks : Hold::failed;
  }
  struct stat st {};
  if (::fstat(fd, &st) != 0)
    return Hold::failed;
  return st.st_nlink == 0 ? Hold::lost : Hold::held;
}

// Whether all who can see the directory are on this machine, and so meet each other's locks.
bool is_local(int fd) {
  struct statfs fs {};
  if (::fstatfs(fd, &fs) != 0)
    return false;
  for (const unsigned long type : {0xEF53UL,      // ext2, ext3, ext4
                                   0x58465342UL,  // XFS
                                   0x9123683EUL,  // btrfs
                                   0x01021994UL,  // tmpfs
                                   0x858458F6UL,  // ramfs
                                   0x794C7630UL,  // overlay
                                   0x2FC12FC1UL,  // ZFS
                                   0xF2F52010UL,  // F2FS
                                   0xCA451A4EUL,  // bcachefs
                                   0x3153464AUL}) // JFS
    if (static_cast<unsigned long>(fs.f_type) == type)
      return true;
  return false;
}

bool is_called(const std::string& name, const Leftovers& what) {
  if (name.size() != what.prefix.size() + what.random + what.suffix.size() ||
      !name.starts_with(what.prefix) || !name.ends_with(what.suffix))
    return false;
  return name.substr(what.prefix.size(), what.random).find_first_not_of(k_letters) ==
         std::string::npos;
}

// Whether it is one of ours, by what it is and whose.
bool is_ours(const struct stat& st, Leftovers::Kind kind) {
  if (st.st_uid != ::geteuid())
    return false;
  if (kind == Leftovers::Kind::files)
    return S_ISREG(st.st_mode) && st.st_nlink == 1;
  return S_ISDIR(st.st_mode) && (st.st_mode & 07777U) == k_held_mode;
}

bool sweep_one(int parent, const std::string& name, Leftovers::Kind kind) {
  const bool directory = kind == Leftovers::Kind::directories;
  const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  Fd fd(::openat(parent, name.c_str(), flags | (directory ? O_DIRECTORY : 0)));
  struct stat st {};
  struct stat there {};
  if (!fd.valid() || ::fstat(fd.get(), &st) != 0 || !is_ours(st, kind) || !is_local(fd.get()) ||
      ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return false;
  // Another run may have swept it, or its own run renamed it, before the lock was ours.
  if (::fstatat(parent, name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0 ||
      there.st_dev != st.st_dev || there.st_ino != st.st_ino)
    return false;
  if (!directory)
    return ::unlinkat(parent, name.c_str(), 0) == 0;
  // A program of the dead run may still be there, and write: each attempt gets further.
  for (int attempt = 0; attempt < 3; ++attempt)
    if (remove_content(fd.get(), name) && ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0)
      return true;
  return false;
}

} // namespace

int create_file(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

int fill_file(int fd, std::string_view content, uint32_t mode, bool durable) {
  const bool filled =
      write_all(fd, content) && ::fchmod(fd, mode) == 0 && (!durable || ::fsync(fd) == 0);
  return filled ? 0 : errno;
}

Result<std::string> make_directory_of_random_name(const std::string& parent,
                                                  const std::string& prefix,
                                                  const std::string& suffix, mode_t mode) {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    unsigned char random[6];
    if (::getrandom(random, sizeof random, 0) != static_cast<ssize_t>(sizeof random))
      return error("create directory", parent);
    std::string middle;
    for (const unsigned char byte : random)
      middle += k_letters[byte % k_letters.size()];
    const std::string path = parent + "/" + prefix + middle + suffix;
    if (::mkdir(path.c_str(), mode) == 0)
      return path;
    if (errno != EEXIST)
      break;
  }
  return error("create directory", parent + "/" + prefix + "XXXXXX" + suffix);
}

Result<Held> make_held_directory(const std::string& parent, const std::string& prefix,
                                 const std::string& suffix) {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    auto path = make_directory_of_random_name(parent, prefix, suffix, k_held_mode);
    if (!path)
      return tl::unexpected(path.error());
    Fd fd(::open(path->c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid() && errno == ENOENT)
      continue;
    const Hold held = fd.valid() ? hold(fd.get()) : Hold::failed;
    if (held == Hold::lost)
      continue;
    if (held == Hold::failed) {
      const auto failed = error("create directory", *path);
      ::rmdir(path->c_str());
      return failed;
    }
    return Held{std::move(*path), std::make_unique<RealLock>(fd.release())};
  }
  return tl::unexpected(SystemError{EAGAIN, "create directory", parent});
}

Result<Held> write_held(const std::string& path, std::string_view content, uint32_t mode) {
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    Fd fd(create_file(path));
    if (!fd.valid())
      return error("create", path);
    const Hold held = hold(fd.get());
    if (held == Hold::lost)
      continue;
    const int failure =
        held == Hold::failed ? errno : fill_file(fd.get(), content, mode, /*durable=*/true);
    if (failure == 0)
      return Held{path, std::make_unique<RealLock>(fd.release())};
    ::unlink(path.c_str());
    return tl::unexpected(SystemError{failure, "write", path});
  }
  return tl::unexpected(SystemError{EAGAIN, "create", path});
}

size_t sweep(const std::string& directory, const Leftovers& what) {
  Fd parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int copy = parent.valid() ? ::fcntl(parent.get(), F_DUPFD_CLOEXEC, 0) : -1;
  if (copy < 0)
    return 0;
  const auto names = names_of(copy, directory);
  size_t removed = 0;
  for (const auto& name : names ? *names : std::vector<std::string>{})
    if (is_called(name, what) && sweep_one(parent.get(), name, what.kind))
      ++removed;
  return removed;
}

} // namespace kpb::real
