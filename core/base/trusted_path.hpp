// SPDX-License-Identifier: GPL-2.0-only
//
// The one rule for paths from which code runs or whose content is believed:
// nobody but root and the effective user may be able to change what the path leads to. Static
// programs use it too.
#ifndef KPB_CORE_BASE_TRUSTED_PATH_HPP
#define KPB_CORE_BASE_TRUSTED_PATH_HPP

#include "core/base/result.hpp"

#include <string>

namespace kpb {

// What the path has to lead to.
enum class Wanted {
  file,      // a regular file, opened for reading
  program,   // a regular file that need not be readable: opened with O_PATH
  directory, // opened with O_PATH
  parent,    // a directory to make something of one's own in: it may be sticky, like /tmp
  tree,      // a file or a directory, opened as above
};

// An open file or directory. The descriptor is closed with the object, and by exec.
class TrustedPath {
public:
  TrustedPath(int fd, std::string path) : m_fd(fd), m_path(std::move(path)) {}
  ~TrustedPath();
  TrustedPath(TrustedPath&& other) noexcept
      : m_fd(other.release()), m_path(std::move(other.m_path)) {}
  TrustedPath& operator=(TrustedPath&&) = delete;

  int fd() const { return m_fd; }
  int release() {
    const int fd = m_fd;
    m_fd = -1;
    return fd;
  }
  // Without links. Another user can change no part of it, so it may be used as a name, too.
  const std::string& path() const { return m_path; }

private:
  int m_fd;
  std::string m_path;
};

// Opens the path one part at a time and follows links itself, 40 at most. Each directory on the way,
// each link and the directory that it lies in, and what the path leads to, must belong to root or
// the effective user and be writable by nobody else, by mode or access control list. A directory on
// the way may be sticky. A relative path begins in the current directory, the parts of whose path
// count too. With `root`, a descriptor of a directory, that is "/" for the path and for links.
tl::expected<TrustedPath, Distrust> open_trusted_path(const std::string& path, Wanted wanted,
                                                      int root = -1);

} // namespace kpb

#endif
