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
tl::expected<std::string, Distrust> FileSystem::trusted(const std::string& path, Wanted wanted) {
  const auto refuse = [&](const char* why, bool others) {
    return tl::unexpected(Distrust{path + why, 0, others, path});
  };
  const auto info = stat(path);
  if (!info)
    return tl::unexpected(Distrust{info.error().text(), info.error().number, false, path});
  const bool directory = info->type == FileInfo::Type::directory;
  const bool file = info->type == FileInfo::Type::regular;
  if ((wanted == Wanted::directory || wanted == Wanted::parent) && !directory)
    return refuse(" is not a directory", false);
  if ((wanted == Wanted::file || wanted == Wanted::program) && !file)
    return refuse(" is not a regular file", false);
  const bool sticky = (info->mode & 01000U) != 0;
  if ((info->mode & 0022U) != 0 && !(wanted == Wanted::parent && sticky))
    return refuse(" is writable by others", true);
  return path;
}

// For file systems that only one process sees: nobody is there to hold anything against.
Result<Held> FileSystem::make_held_directory(const std::string& parent, const std::string& prefix,
                                             const std::string& suffix) {
  auto made = make_private_directory(parent, prefix, suffix);
  if (!made)
    return tl::unexpected(made.error());
  return Held{std::move(*made), nullptr};
}

Result<Held> FileSystem::write_held(const std::string& path, std::string_view content,
                                    uint32_t mode) {
  if (const auto written = write_new(path, content, mode, /*durable=*/true); !written)
    return tl::unexpected(written.error());
  return Held{path, nullptr};
}

size_t FileSystem::sweep(const std::string&, const Leftovers&) { return 0; }

} // namespace kpb
