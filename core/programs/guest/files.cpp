// SPDX-License-Identifier: GPL-2.0-only
//
// See files.hpp.
#include "core/programs/guest/files.hpp"

#include <kpb/sdk/text.hpp>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb_guest {

namespace {

constexpr size_t k_most = size_t{1} << 20U;
constexpr size_t k_longest_line = 160;

} // namespace

std::optional<std::string> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return std::nullopt;
  std::string out;
  char buffer[4096];
  ssize_t n = 0;
  while (out.size() < k_most && (n = ::read(fd, buffer, sizeof buffer)) > 0)
    out.append(buffer, static_cast<size_t>(n));
  const int failure = errno;
  ::close(fd);
  errno = failure;
  return n < 0 ? std::nullopt : std::optional(out);
}

bool write_file(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  const bool good = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int failure = errno;
  ::close(fd);
  errno = failure;
  return good;
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

std::vector<std::string> directories_in(const std::string& path) {
  std::vector<std::string> out;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr)
    return out;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string name = entry->d_name;
    struct stat info {};
    if (name[0] != '.' && ::lstat((path + "/" + name).c_str(), &info) == 0 && S_ISDIR(info.st_mode))
      out.push_back(name);
  }
  ::closedir(directory);
  std::sort(out.begin(), out.end());
  return out;
}

std::string one_line(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (out.size() >= k_longest_line)
      return out + "...";
    if (byte >= 0x20 && byte != 0x7f)
      out += c;
    else
      out += "\\x" + kpb::hex_digits(byte, 2);
  }
  return out;
}

} // namespace kpb_guest
