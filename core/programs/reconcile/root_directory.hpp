// SPDX-License-Identifier: GPL-2.0-only
//
// Opens files below the directory that --root names as if that were /: a link in it, also an
// absolute one or one with "..", leads to another place in it and never to a file of the host. The
// kernel sees to it (openat2 with RESOLVE_IN_ROOT); a program could only look first and open later.
#ifndef KPB_CORE_PROGRAMS_RECONCILE_ROOT_DIRECTORY_HPP
#define KPB_CORE_PROGRAMS_RECONCILE_ROOT_DIRECTORY_HPP

#include "core/base/trusted_path.hpp"

#include <string>
#include <sys/stat.h>

namespace kpb::runtime {

class RootDirectory {
public:
  // "" is this system's own root, whose files are opened as always. Otherwise error() says with an
  // errno why it cannot be used; ENOSYS: the kernel has no openat2.
  explicit RootDirectory(const std::string& root);
  ~RootDirectory();
  RootDirectory(const RootDirectory&) = delete;
  RootDirectory& operator=(const RootDirectory&) = delete;

  int error() const { return m_error; }
  bool is_another() const { return m_another; }
  // A descriptor, or -1 and errno. Nothing is ever written into another root (EROFS).
  int open(const std::string& path, int flags, mode_t mode = 0) const;
  // As above, by the rule for paths that are believed (core/base/trusted_path.hpp). In another root its
  // own directory counts, and what lies above it does not.
  tl::expected<TrustedPath, Distrust> trusted(const std::string& path, Wanted wanted) const;
  // What stat() tells. A link that procfs makes itself, such as /proc/1/root, is followed for that
  // alone.
  int stat(const std::string& path, struct stat& facts) const; // 0 or an errno

private:
  bool m_another;
  int m_fd = -1;
  int m_error = 0;
};

} // namespace kpb::runtime

#endif
