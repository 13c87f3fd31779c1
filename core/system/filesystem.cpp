// SPDX-License-Identifier: GPL-2.0-only
//
// What all FileSystems have in common: reading an open file at offsets.
#include "core/system/filesystem.hpp"

#include <cerrno>
#include <unistd.h>

namespace kpb {

OpenFile::~OpenFile() { ::close(m_descriptor); }

Result<size_t> OpenFile::read_at(uint64_t offset, char* to, size_t size) const {
  if (offset > static_cast<uint64_t>(INT64_MAX))
    return size_t{0};
  for (;;) {
    const ssize_t n = ::pread(m_descriptor, to, size, static_cast<off_t>(offset));
    if (n >= 0)
      return static_cast<size_t>(n);
    if (errno != EINTR)
      return tl::unexpected(SystemError{errno, "read", m_path});
  }
}

Result<std::string> OpenFile::read(uint64_t offset, uint64_t size) const {
  if (offset > m_info.size || size > m_info.size - offset)
    return tl::unexpected(SystemError{0, "it ends before the requested part", m_path});
  std::string content(static_cast<size_t>(size), '\0');
  for (size_t have = 0; have < content.size();) {
    const auto n = read_at(offset + have, content.data() + have, content.size() - have);
    if (!n)
      return tl::unexpected(n.error());
    if (*n == 0)
      return tl::unexpected(SystemError{0, "it became shorter while it was read", m_path});
    have += *n;
  }
  return content;
}

// For file systems without owners: judges by the mode alone.
Distrust FileSystem::distrust(const std::string& path, bool directory) {
  const auto info = stat(path);
  if (!info)
    return {info.error().text(), info.error().number};
  const auto wanted = directory ? FileInfo::Type::directory : FileInfo::Type::regular;
  if (info->type != wanted)
    return {path + (directory ? " is not a directory" : " is not a regular file")};
  if ((info->mode & 0022U) != 0)
    return {path + " is writable by others", 0, true};
  return {};
}

} // namespace kpb
