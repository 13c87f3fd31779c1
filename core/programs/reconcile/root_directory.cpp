// SPDX-License-Identifier: GPL-2.0-only
//
// See root_directory.hpp.
#include "core/programs/reconcile/root_directory.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace kpb::runtime {

namespace {

// linux/openat2.h, which the headers of old distributions lack. The number is the same on every
// architecture.
struct OpenHow {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};
constexpr long k_openat2 = 437;
constexpr uint64_t k_resolve_in_root = 0x10;
constexpr long k_procfs = 0x9fa0;

int open_in(int root, const char* path, int flags) {
  const OpenHow how = {static_cast<uint64_t>(flags), 0, k_resolve_in_root};
  // EAGAIN: something was renamed while ".." was resolved.
  for (int tries = 0;; ++tries) {
    const long fd = ::syscall(k_openat2, root, path, &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN || tries == 100)
      return static_cast<int>(fd);
  }
}

// Whether the last part of the path is a link of procfs itself; then it is followed.
bool stat_link_of_procfs(int root, std::string path, struct stat& facts) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  const size_t slash = path.rfind('/');
  const int parent =
      open_in(root, path.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0)
    return false;
  struct statfs filesystem = {};
  const bool followed = ::fstatfs(parent, &filesystem) == 0 && filesystem.f_type == k_procfs &&
                        ::fstatat(parent, path.c_str() + slash + 1, &facts, 0) == 0;
  const int error = errno;
  ::close(parent);
  errno = error;
  return followed;
}

} // namespace

RootDirectory::RootDirectory(const std::string& root) : m_another(!root.empty()) {
  if (!m_another)
    return;
  m_fd = ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (m_fd < 0) {
    m_error = errno;
    return;
  }
  const int probe = open_in(m_fd, "/", O_PATH | O_CLOEXEC);
  if (probe >= 0)
    ::close(probe);
  else
    m_error = errno == EPERM ? ENOSYS : errno; // EPERM: a filter that does not know it
}

RootDirectory::~RootDirectory() {
  if (m_fd >= 0)
    ::close(m_fd);
}

int RootDirectory::open(const std::string& path, int flags, mode_t mode) const {
  if (!m_another)
    return ::open(path.c_str(), flags, mode);
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0) {
    errno = EROFS;
    return -1;
  }
  return open_in(m_fd, path.c_str(), flags);
}

tl::expected<TrustedPath, Distrust> RootDirectory::trusted(const std::string& path,
                                                           Wanted wanted) const {
  return open_trusted_path(path, wanted, m_fd);
}

int RootDirectory::stat(const std::string& path, struct stat& facts) const {
  if (!m_another)
    return ::stat(path.c_str(), &facts) == 0 ? 0 : errno;
  const int fd = open_in(m_fd, path.c_str(), O_PATH | O_CLOEXEC);
  if (fd < 0) {
    if ((errno == ELOOP || errno == EXDEV) && stat_link_of_procfs(m_fd, path, facts))
      return 0;
    return errno;
  }
  const int error = ::fstat(fd, &facts) == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

} // namespace kpb::runtime
