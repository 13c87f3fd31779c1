// SPDX-License-Identifier: GPL-2.0-only
//
// See trusted_path.hpp. Every part is opened from the descriptor of the one before it and judged by
// its own descriptor, so nothing can be swapped between a check and the next step.
#include "core/base/trusted_path.hpp"

#include "core/base/access_list.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace kpb {

namespace {

constexpr int k_most_links = 40; // as the kernel

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", static_cast<unsigned>(mode & 07777U));
  return text;
}

class Walk {
public:
  Walk(Wanted wanted, int root) : m_wanted(wanted), m_root(root) {}
  ~Walk() { put(-1); }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  tl::expected<TrustedPath, Distrust> open(const std::string& path) {
    if (path.empty()) {
      m_distrust = {"the path is empty", ENOENT};
      return tl::unexpected(std::move(m_distrust));
    }
    push(path);
    bool good = (path[0] == '/' || begin_here()) && begin_at_root();
    while (good && !m_rest.empty())
      good = step();
    if (!good)
      return tl::unexpected(std::move(m_distrust));
    return TrustedPath(std::exchange(m_at, -1), here());
  }

private:
  std::string here() const {
    std::string out;
    for (const auto& part : m_walked)
      out += "/" + part;
    return out.empty() ? "/" : out;
  }
  std::string below(const std::string& name) const {
    return m_walked.empty() ? "/" + name : here() + "/" + name;
  }

  bool refuse(const std::string& place, const std::string& before, const std::string& after,
              bool others) {
    m_distrust = {before + place + after, 0, others, place};
    return false;
  }
  bool failed(const char* operation, const std::string& place) {
    const SystemError error{errno, operation, place};
    m_distrust = {error.text(), error.number, false, place};
    return false;
  }

  void put(int fd) {
    if (m_at >= 0)
      ::close(m_at);
    m_at = fd;
  }

  // The parts of a path, before those that are still to go.
  void push(const std::string& path) {
    std::vector<std::string> parts;
    for (size_t start = 0; start < path.size();) {
      const size_t end = std::min(path.find('/', start), path.size());
      if (const auto part = path.substr(start, end - start); !part.empty() && part != ".")
        parts.push_back(part);
      start = end + 1;
    }
    m_rest.insert(m_rest.end(), parts.rbegin(), parts.rend());
  }

  bool begin_here() {
    char directory[PATH_MAX];
    // Of a directory outside the root the kernel says "(unreachable)/...".
    if (::getcwd(directory, sizeof directory) == nullptr)
      return failed("find", ".");
    if (directory[0] != '/') {
      errno = ENOENT;
      return failed("find", ".");
    }
    push(directory);
    return true;
  }

  bool begin_at_root() {
    constexpr int k_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    put(m_root >= 0 ? ::openat(m_root, ".", k_flags) : ::open("/", k_flags));
    m_walked.clear();
    struct stat st {};
    if (m_at < 0 || ::fstat(m_at, &st) != 0)
      return failed("open", "/");
    return check(m_at, st, "/", m_rest.empty());
  }

  bool step() {
    const std::string name = std::move(m_rest.back());
    m_rest.pop_back();
    if (name == "..")
      return step_up();
    const std::string place = below(name);
    const int next = ::openat(m_at, name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0)
      return failed("open", place);
    struct stat st {};
    const bool good =
        ::fstat(next, &st) == 0 ? take(next, st, place, name) : failed("examine", place);
    if (m_at != next)
      ::close(next);
    return good;
  }

  bool step_up() {
    if (m_walked.empty())
      return true;
    const int up = ::openat(m_at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (up < 0)
      return failed("open", here());
    put(up);
    m_walked.pop_back();
    struct stat st {};
    return ::fstat(up, &st) == 0 ? check(up, st, here(), m_rest.empty())
                                 : failed("examine", here());
  }

  // What was just opened becomes the place where we are, or, if it is a link, says where to go on.
  bool take(int next, const struct stat& st, const std::string& place, const std::string& name) {
    const bool last = m_rest.empty();
    if (!check(next, st, place, last))
      return false;
    if (S_ISLNK(st.st_mode))
      return follow(next, place);
    if (!last && !S_ISDIR(st.st_mode)) {
      errno = ENOTDIR;
      return failed("open", place);
    }
    const bool to_read = m_wanted == Wanted::file || m_wanted == Wanted::tree;
    if (last && to_read && S_ISREG(st.st_mode)) {
      if (!reopen(st, place, name))
        return false;
    } else {
      put(next);
    }
    m_walked.push_back(name);
    return true;
  }

  bool follow(int link, const std::string& place) {
    char target[PATH_MAX];
    if (++m_links > k_most_links) {
      errno = ELOOP;
      return failed("open", place);
    }
    const ssize_t n = ::readlinkat(link, "", target, sizeof target);
    if (n < 0)
      return failed("read", place);
    const std::string to(target, static_cast<size_t>(n));
    push(to);
    return to.empty() || to[0] != '/' || begin_at_root();
  }

  // For reading: another descriptor of the same file.
  bool reopen(const struct stat& st, const std::string& place, const std::string& name) {
    const int file =
        ::openat(m_at, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
      return failed("open", place);
    put(file);
    struct stat now {};
    if (::fstat(file, &now) != 0)
      return failed("examine", place);
    return (now.st_dev == st.st_dev && now.st_ino == st.st_ino) ||
           refuse(place, "", " was replaced while it was opened", false);
  }

  bool check(int fd, const struct stat& st, const std::string& place, bool last) {
    const bool link = S_ISLNK(st.st_mode);
    const char* what = S_ISDIR(st.st_mode) ? "directory " : link ? "link " : "file ";
    if (st.st_uid != 0 && st.st_uid != ::geteuid())
      return refuse(place, what,
                    " belongs to user " + std::to_string(st.st_uid) + ", neither root nor you",
                    true);
    if (link) // it has no mode of its own
      return true;
    // In a sticky directory others can add entries but replace none of root's or ours, and whose
    // the next part is, is checked.
    const bool sticky = S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX) != 0;
    if (!sticky || (last && m_wanted != Wanted::parent))
      if (const std::string others = writable_by_others(fd, st); !others.empty())
        return refuse(place, what, " is writable by " + others, true);
    return !last || is_wanted(st.st_mode, place);
  }

  bool is_wanted(mode_t mode, const std::string& place) {
    switch (m_wanted) {
    case Wanted::file:
    case Wanted::program:
      return S_ISREG(mode) || refuse(place, "", " is not a regular file", false);
    case Wanted::directory:
    case Wanted::parent: return S_ISDIR(mode) || refuse(place, "", " is not a directory", false);
    case Wanted::tree:
      return S_ISREG(mode) || S_ISDIR(mode) ||
             refuse(place, "", " is neither a file nor a directory", false);
    }
    return true;
  }

  // Who else can write to it, for the message; "" if nobody. Where there is an access control list, the
  // group's bits of the mode are an upper bound of what it grants, and the list says to whom.
  static std::string writable_by_others(int fd, const struct stat& st) {
    if ((st.st_mode & (S_IWGRP | S_IWOTH)) == 0)
      return "";
    const std::string by_mode = "others (mode " + octal(st.st_mode) + ")";
    if ((st.st_mode & S_IWOTH) != 0)
      return by_mode;
    const auto list = read_access_list(fd);
    if (!list)
      return is_private_group(st.st_gid) ? "" : by_mode;
    return granted_to_others(*list, ::geteuid(), is_private_group(st.st_gid));
  }

  // Many distributions give each user a group of his own with his number, and directories that this
  // group can write to. Nobody else is meant by it. Root's group may have members.
  static bool is_private_group(gid_t group) { return group != 0 && group == ::geteuid(); }

  Wanted m_wanted;
  int m_root;
  int m_at = -1;
  int m_links = 0;
  std::vector<std::string> m_walked; // from the root to m_at
  std::vector<std::string> m_rest;   // still to go, the next one last
  Distrust m_distrust;
};

} // namespace

TrustedPath::~TrustedPath() {
  if (m_fd >= 0)
    ::close(m_fd);
}

tl::expected<TrustedPath, Distrust> open_trusted_path(const std::string& path, Wanted wanted,
                                                      int root) {
  return Walk(wanted, root).open(path);
}

} // namespace kpb
