// SPDX-License-Identifier: GPL-2.0-only
//
// See path_safety.hpp. Walks from the root with openat, so that what was checked cannot be replaced
// before the next step; checks by name cannot guarantee that.
#include "core/system/path_safety.hpp"

#include "core/base/text.hpp"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace kpb {

namespace {

bool owned_by_us(const struct stat& st) { return st.st_uid == 0 || st.st_uid == ::geteuid(); }

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777U));
  return text;
}

} // namespace

tl::expected<int, Distrust> open_trusted(const std::string& path, bool directory) {
  const auto parts = split(path.substr(1), '/');
  std::string walked = "/";
  int at = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  const auto refuse = [&](Distrust why) -> tl::unexpected<Distrust> {
    if (at >= 0)
      ::close(at);
    return tl::unexpected<Distrust>(std::move(why));
  };
  const auto failed = [&](const char* operation) {
    const SystemError error{errno, operation, walked};
    return refuse({error.text(), error.number});
  };
  for (size_t i = 0; at >= 0; ++i) {
    struct stat st {};
    if (::fstat(at, &st) != 0)
      return failed("examine");
    if (S_ISLNK(st.st_mode)) // O_PATH opens the link itself
      return refuse({walked + " is a symlink"});
    const char* what = S_ISDIR(st.st_mode) ? "directory " : "file ";
    const bool last = i == parts.size();
    if (!owned_by_us(st))
      return refuse({what + walked + " belongs to user " + std::to_string(st.st_uid) +
                         ", neither root nor you",
                     0, true});
    const bool writable = (st.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    const bool sticky = S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0 && !last;
    // In a sticky directory others can add but not replace entries, and the next part's owner is
    // checked.
    if (writable && !sticky)
      return refuse(
          {what + walked + " is writable by others (mode " + octal(st.st_mode) + ")", 0, true});
    if (last) {
      if (!directory && !S_ISREG(st.st_mode))
        return refuse({walked + " is not a regular file"});
      if (directory && !S_ISDIR(st.st_mode))
        return refuse({walked + " is not a directory"});
      return at;
    }
    const bool final_file = !directory && i + 1 == parts.size();
    const int flags = O_NOFOLLOW | O_CLOEXEC | (final_file ? O_RDONLY | O_NONBLOCK : O_PATH);
    const int next = ::openat(at, parts[i].c_str(), flags);
    walked = walked == "/" ? "/" + parts[i] : walked + "/" + parts[i];
    if (next < 0)
      return failed("open");
    ::close(at);
    at = next;
  }
  return failed("open");
}

} // namespace kpb
