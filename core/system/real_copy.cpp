// SPDX-License-Identifier: GPL-2.0-only
//
// Copies whole trees of the real file system. make compares times, so every file keeps its own to
// the nanosecond; a directory gets its time after its last entry was written.
#include "core/system/real_files.hpp"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <vector>

namespace kpb::real {

namespace {

// Shares the blocks (btrfs, XFS), otherwise lets the kernel copy, otherwise reads and writes.
bool copy_content(int from, int to) {
  if (::ioctl(to, FICLONE, from) == 0)
    return true;
  bool by_hand = false;
  std::vector<char> buffer;
  for (;;) {
    ssize_t n = 0;
    if (!by_hand) {
      n = ::copy_file_range(from, nullptr, to, nullptr, size_t{1} << 30U, 0);
      if (n < 0 && errno != EINTR && errno != ENOSPC && errno != EIO) {
        by_hand = true;
        buffer.resize(size_t{256} * 1024);
        continue;
      }
    } else {
      n = ::read(from, buffer.data(), buffer.size());
      if (n > 0 && !write_all(to, {buffer.data(), static_cast<size_t>(n)}))
        return false;
    }
    if (n == 0)
      return true;
    if (n < 0 && errno != EINTR)
      return false;
  }
}

Status copy_file(const std::string& from, const std::string& to, const struct stat& st) {
  const Fd source(::open(from.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!source.valid())
    return error("open", from);
  Fd copy(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const timespec times[2] = {st.st_mtim, st.st_mtim};
  if (!copy.valid() || !copy_content(source.get(), copy.get()) ||
      ::fchmod(copy.get(), st.st_mode & 07777U) != 0 || ::futimens(copy.get(), times) != 0 ||
      ::close(copy.release()) != 0)
    return error("write", to);
  return {};
}

Status copy_link(const std::string& from, const std::string& to) {
  char target[PATH_MAX];
  const ssize_t n = ::readlink(from.c_str(), target, sizeof target);
  if (n < 0)
    return error("read", from);
  if (::symlink(std::string(target, static_cast<size_t>(n)).c_str(), to.c_str()) != 0)
    return error("create", to);
  return {};
}

} // namespace

Status copy_tree(const std::string& from, const std::string& to,
                 const std::function<bool()>& stop) {
  struct stat directory {};
  if (::lstat(from.c_str(), &directory) != 0)
    return error("open", from);
  if (::mkdir(to.c_str(), 0700) != 0)
    return error("create directory", to);
  const int fd = ::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return error("open", from);
  const auto names = names_of(fd, from);
  if (!names)
    return tl::unexpected(names.error());
  for (const auto& name : *names) {
    const std::string source = from + "/" + name;
    const std::string copy = to + "/" + name;
    struct stat st {};
    if (::lstat(source.c_str(), &st) != 0)
      return error("examine", source);
    if (stop())
      return tl::unexpected(SystemError{EINTR, "write", copy});
    const Status done =
        S_ISDIR(st.st_mode)   ? copy_tree(source, copy, stop)
        : S_ISREG(st.st_mode) ? copy_file(source, copy, st)
        : S_ISLNK(st.st_mode)
            ? copy_link(source, copy)
            : Status(tl::unexpected(SystemError{0, "it is not a file, directory or link", source}));
    if (!done)
      return done;
  }
  const timespec times[2] = {directory.st_mtim, directory.st_mtim};
  if (::chmod(to.c_str(), directory.st_mode & 07777U) != 0 ||
      ::utimensat(AT_FDCWD, to.c_str(), times, 0) != 0)
    return error("write", to);
  return {};
}

} // namespace kpb::real
