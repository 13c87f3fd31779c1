// SPDX-License-Identifier: GPL-2.0-only
//
// Private to the files of the real FileSystem: descriptors that close themselves, errno as a value,
// and operations on whole trees.
#ifndef KPB_CORE_SYSTEM_REAL_FILES_HPP
#define KPB_CORE_SYSTEM_REAL_FILES_HPP

#include "core/system/filesystem.hpp"

#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb::real {

inline tl::unexpected<SystemError> error(const char* operation, const std::string& path) {
  return tl::unexpected(SystemError{errno, operation, path});
}

class Fd {
public:
  explicit Fd(int fd) : m_fd(fd) {}
  ~Fd() {
    if (m_fd >= 0)
      ::close(m_fd);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return m_fd; }
  bool valid() const { return m_fd >= 0; }
  int release() {
    const int fd = m_fd;
    m_fd = -1;
    return fd;
  }

private:
  int m_fd;
};

inline FileInfo to_info(const struct stat& st) {
  FileInfo info;
  info.type = S_ISREG(st.st_mode)   ? FileInfo::Type::regular
              : S_ISDIR(st.st_mode) ? FileInfo::Type::directory
              : S_ISLNK(st.st_mode) ? FileInfo::Type::symlink
                                    : FileInfo::Type::other;
  info.size = static_cast<uint64_t>(st.st_size);
  info.mtime = st.st_mtim.tv_sec;
  info.mode = st.st_mode & 07777U;
  info.device = st.st_dev;
  info.inode = st.st_ino;
  info.modified_ns = nanoseconds(st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
  info.changed_ns = nanoseconds(st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
  return info;
}

inline bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    content.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

class RealLock final : public FileLock {
public:
  explicit RealLock(int fd) : m_fd(fd) {}

private:
  Fd m_fd;
};

// A new file, open for writing; -1 with errno.
int create_file(const std::string& path);
// All of its content and its mode; returns errno, or 0.
int fill_file(int fd, std::string_view content, uint32_t mode, bool durable);
Result<std::string> make_directory_of_random_name(const std::string& parent,
                                                  const std::string& prefix,
                                                  const std::string& suffix, mode_t mode);

// The entries of an open directory. Takes ownership of `fd`.
Result<std::vector<std::string>> names_of(int fd, const std::string& path);
// See FileSystem.
Status remove_tree(const std::string& path);
// What the open directory contains; `path` is for messages.
Status remove_content(int fd, const std::string& path);
Result<Held> make_held_directory(const std::string& parent, const std::string& prefix,
                                 const std::string& suffix);
Result<Held> write_held(const std::string& path, std::string_view content, uint32_t mode);
size_t sweep(const std::string& directory, const Leftovers& what);
uint64_t disk_use(const std::string& path);
Status copy_tree(const std::string& from, const std::string& to, const std::function<bool()>& stop);

} // namespace kpb::real

#endif
