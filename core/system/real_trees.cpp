// SPDX-License-Identifier: GPL-2.0-only
//
// Removes and measures whole trees of the real file system. Each directory is held open and its
// entries are reached from there, so that nobody can lead us elsewhere by renaming a directory
// meanwhile.
#include "core/system/real_files.hpp"

#include <algorithm>
#include <dirent.h>
#include <fcntl.h>

namespace kpb::real {

// The entries of an open directory. Takes ownership of `fd`.
Result<std::vector<std::string>> names_of(int fd, const std::string& path) {
  DIR* dir = ::fdopendir(fd);
  if (dir == nullptr) {
    const auto failed = error("read", path);
    ::close(fd);
    return failed;
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..")
      names.push_back(name);
    errno = 0;
  }
  const int failure = errno;
  ::closedir(dir);
  if (failure != 0)
    return tl::unexpected(SystemError{failure, "read", path});
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

Status remove_entries(int fd, const std::string& shown_path, dev_t device);

Status remove_below(int parent, const std::string& name, const std::string& shown_path,
                    dev_t device) {
  struct stat st {};
  if (::fstatat(parent, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? Status{} : Status(error("remove", shown_path));
  if (S_ISDIR(st.st_mode) && st.st_dev == device) {
    // An empty directory need not be opened: only root may open overlayfs' work directory (mode 0).
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0)
      return {};
    // A tool may have left a directory without write permission.
    if ((st.st_mode & 0700U) != 0700U && ::fchmodat(parent, name.c_str(), 0700, 0) != 0)
      return error("remove", shown_path);
    Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid())
      return error("remove", shown_path);
    if (auto emptied = remove_entries(fd.get(), shown_path, device); !emptied)
      return emptied;
  }
  if (::unlinkat(parent, name.c_str(), S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) != 0 &&
      errno != ENOENT)
    return error("remove", shown_path);
  return {};
}

Status remove_entries(int fd, const std::string& shown_path, dev_t device) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0)
    return error("remove", shown_path);
  const auto names = names_of(copy, shown_path);
  if (!names)
    return tl::unexpected(names.error());
  // If one entry cannot be removed, the others are removed all the same.
  Status first;
  for (const auto& child : *names)
    if (auto status = remove_below(fd, child, shown_path + "/" + child, device); !status && first)
      first = status;
  return first;
}

// Counts used blocks, not sizes: a kernel's tree has holes and small files. Stays on one device.
uint64_t use_below(int parent, const std::string& name, dev_t device) {
  struct stat st {};
  if (::fstatat(parent, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0 || st.st_dev != device)
    return 0;
  uint64_t total = static_cast<uint64_t>(st.st_blocks) * 512;
  if (!S_ISDIR(st.st_mode))
    return total / std::max<uint64_t>(st.st_nlink, 1); // a file's size is divided among its names
  Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const int copy = fd.valid() ? ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0) : -1;
  if (copy < 0)
    return total;
  if (const auto names = names_of(copy, name))
    for (const auto& child : *names)
      total += use_below(fd.get(), child, device);
  return total;
}

} // namespace

Status remove_tree(const std::string& path) {
  struct stat st {};
  if (::lstat(path.c_str(), &st) != 0)
    return errno == ENOENT ? Status{} : Status(error("remove", path));
  return remove_below(AT_FDCWD, path, path, st.st_dev);
}

Status remove_content(int fd, const std::string& path) {
  struct stat st {};
  if (::fstat(fd, &st) != 0)
    return error("remove", path);
  return remove_entries(fd, path, st.st_dev);
}

uint64_t disk_use(const std::string& path) {
  struct stat st {};
  return ::lstat(path.c_str(), &st) == 0 ? use_below(AT_FDCWD, path, st.st_dev) : 0;
}

} // namespace kpb::real
