// SPDX-License-Identifier: GPL-2.0-only
//
// See append_file.hpp.
#include "core/system/append_file.hpp"

#include "core/system/real_files.hpp"

#include <fcntl.h>

namespace kpb {

Result<std::unique_ptr<AppendFile>> AppendFile::open(const std::string& path) {
  const int fd =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644);
  if (fd < 0)
    return real::error("open", path);
  struct stat st {};
  if (::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    ::close(fd);
    return tl::unexpected(SystemError{0, "not a regular file", path});
  }
  return std::unique_ptr<AppendFile>(new AppendFile(fd, path));
}

AppendFile::~AppendFile() { ::close(m_descriptor); }

Status AppendFile::append(std::string_view line) {
  const off_t size = ::lseek(m_descriptor, 0, SEEK_END);
  if (size < 0)
    return real::error("write", m_path);
  char last = '\n';
  if (size > 0 && ::pread(m_descriptor, &last, 1, size - 1) != 1)
    return real::error("read", m_path);
  const std::string text = (last == '\n' ? "" : "\n") + std::string(line) + "\n";
  if (real::write_all(m_descriptor, text))
    return {};
  const int number = errno;
  [[maybe_unused]] const int cut = ::ftruncate(m_descriptor, size); // nobody may read half a line
  return tl::unexpected(SystemError{number, "write", m_path});
}

Status AppendFile::sync() {
  if (::fdatasync(m_descriptor) != 0)
    return real::error("sync", m_path);
  return {};
}

} // namespace kpb
