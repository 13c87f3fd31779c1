// SPDX-License-Identifier: GPL-2.0-only
//
// Files by system calls. There are small reads and few writes; streams would cost more than the
// work itself.
#include "core/programs/reconcile/real_world.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb::runtime {

namespace {

class Descriptor {
public:
  explicit Descriptor(int fd) : m_fd(fd) {}
  ~Descriptor() {
    if (m_fd >= 0)
      ::close(m_fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return m_fd; }
  explicit operator bool() const { return m_fd >= 0; }

private:
  int m_fd;
};

class HeldLock : public Lock {
public:
  explicit HeldLock(int fd) : m_file(fd) {}

private:
  Descriptor m_file; // closing it releases the lock
};

// What the kernel says of itself; everything else lies on a disk, or in /run.
bool is_the_kernels_word(const std::string& path) {
  return path.starts_with("/proc/") || path.starts_with("/sys/");
}

int write_all(int fd, const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return n < 0 ? errno : EIO;
    done += static_cast<size_t>(n);
  }
  return 0;
}

// Up to `limit` bytes from the start.
Result<std::string> read_up_to(const Descriptor& file, size_t limit) {
  struct stat facts = {};
  if (::fstat(file.get(), &facts) != 0)
    return tl::unexpected(errno);
  // In /proc and /sys the size means nothing.
  const size_t guess = facts.st_size > 0 ? static_cast<size_t>(facts.st_size) + 1 : size_t{4096};
  std::string out(std::min(limit, guess), '\0');
  size_t filled = 0;
  for (;;) {
    if (filled == out.size()) {
      if (filled == limit)
        break;
      out.resize(std::min(limit, 2 * filled));
    }
    const ssize_t n = ::read(file.get(), out.data() + filled, out.size() - filled);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return tl::unexpected(errno);
    if (n == 0)
      break;
    filled += static_cast<size_t>(n);
  }
  out.resize(filled);
  return out;
}

class RealFiles : public Files {
public:
  explicit RealFiles(const RootDirectory& root) : m_root(root) {}

  bool of_another_root() const override { return m_root.is_another(); }

  Result<std::string> read(const std::string& path, size_t limit) override {
    auto text = head(path, limit + 1);
    if (text && text->size() > limit)
      return tl::unexpected(EFBIG);
    return text;
  }

  Result<std::string> head(const std::string& path, size_t size) override {
    const auto fd = open_to_read(path, Wanted::file);
    if (!fd)
      return tl::unexpected(fd.error());
    return read_up_to(Descriptor(*fd), size);
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const auto fd = open_to_read(path, Wanted::directory);
    if (!fd)
      return tl::unexpected(fd.error());
    DIR* directory = ::fdopendir(*fd);
    if (directory == nullptr) {
      const int error = errno;
      ::close(*fd);
      return tl::unexpected(error);
    }
    std::vector<std::string> names;
    errno = 0; // at the end readdir() leaves it alone
    while (const dirent* entry = ::readdir(directory)) {
      std::string name = entry->d_name;
      if (name != "." && name != "..")
        names.push_back(std::move(name));
      errno = 0;
    }
    const int error = errno;
    ::closedir(directory);
    if (error != 0)
      return tl::unexpected(error);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<FileFacts> look(const std::string& path) override {
    struct stat s = {};
    if (const int error = m_root.stat(path, s); error != 0)
      return tl::unexpected(error);
    return FileFacts{s.st_dev, s.st_ino, S_ISDIR(s.st_mode), S_ISREG(s.st_mode), s.st_uid};
  }

  Result<std::string> read_link(const std::string& path) override {
    const Descriptor link(m_root.open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!link)
      return tl::unexpected(errno);
    std::string out(PATH_MAX, '\0');
    const ssize_t n = ::readlinkat(link.get(), "", out.data(), out.size());
    if (n < 0)
      return tl::unexpected(errno);
    out.resize(static_cast<size_t>(n));
    return out;
  }

  int put(const std::string& path, const std::string& text) override {
    const Descriptor file(m_root.open(path, O_WRONLY | O_CLOEXEC));
    if (!file)
      return errno;
    return ::write(file.get(), text.data(), text.size()) < 0 ? errno : 0;
  }

  int replace(const std::string& path, const std::string& text) override {
    const auto place = place_of(path);
    if (!place)
      return place.error();
    // A trigger may write at the same time as a run; what a killed one left is overwritten.
    const std::string temporary = place->name + "." + std::to_string(::getpid());
    ::unlinkat(place->fd(), temporary.c_str(), 0);
    const Descriptor file(::openat(place->fd(), temporary.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
      return errno;
    int error = write_all(file.get(), text);
    if (error == 0 && ::fchmod(file.get(), 0644) != 0)
      error = errno;
    if (error == 0 &&
        ::renameat(place->fd(), temporary.c_str(), place->fd(), place->name.c_str()) != 0)
      error = errno;
    if (error != 0)
      ::unlinkat(place->fd(), temporary.c_str(), 0);
    return error;
  }

  int overwrite(const std::string& path, const std::string& text) override {
    const auto place = place_of(path);
    if (!place)
      return place.error();
    const Descriptor file(::openat(place->fd(), place->name.c_str(),
                                   O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
    if (!file)
      return errno;
    if (const int error = write_all(file.get(), text); error != 0)
      return error;
    if (::fsync(file.get()) != 0)
      return errno;
    const Descriptor directory(::openat(place->fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return directory && ::fsync(directory.get()) == 0 ? 0 : errno;
  }

  int make_directory(const std::string& path) override {
    const auto place = place_of(path);
    if (!place)
      return place.error();
    return ::mkdirat(place->fd(), place->name.c_str(), 0755) == 0 || errno == EEXIST ? 0 : errno;
  }

  int remove(const std::string& path) override {
    const auto place = place_of(path);
    if (!place)
      return place.error();
    return ::unlinkat(place->fd(), place->name.c_str(), 0) == 0 ? 0 : errno;
  }

  Result<std::unique_ptr<Lock>> try_lock(const std::string& path) override {
    const auto place = place_of(path);
    if (!place)
      return tl::unexpected(place.error());
    const int fd =
        ::openat(place->fd(), place->name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
      return tl::unexpected(errno);
    auto lock = std::make_unique<HeldLock>(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
      return tl::unexpected(errno);
    return lock;
  }

private:
  // A directory that is trusted, and the name of something in it.
  struct Place {
    TrustedPath directory;
    std::string name;
    int fd() const { return directory.fd(); }
  };
  Result<Place> place_of(const std::string& path) const {
    if (m_root.is_another())
      return tl::unexpected(EROFS);
    const size_t slash = path.rfind('/');
    auto directory = m_root.trusted(path.substr(0, slash + 1), Wanted::directory);
    if (!directory)
      return tl::unexpected(failure_of(directory.error()));
    return Place{std::move(*directory), path.substr(slash + 1)};
  }

  Result<int> open_to_read(const std::string& path, Wanted wanted) const {
    const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK |
                      (wanted == Wanted::directory ? O_DIRECTORY : 0);
    int fd = -1;
    if (is_the_kernels_word(path)) {
      fd = m_root.open(path, flags);
    } else {
      auto found = m_root.trusted(path, wanted);
      if (!found)
        return tl::unexpected(failure_of(found.error()));
      fd = wanted == Wanted::file ? found->release() : ::openat(found->fd(), ".", flags);
    }
    if (fd < 0)
      return tl::unexpected(errno);
    return fd;
  }

private:
  const RootDirectory& m_root;
};

} // namespace

Failure failure_of(const Distrust& distrust) {
  if (distrust.others)
    return {EPERM, distrust.why, true};
  return distrust.number != 0 ? Failure(distrust.number) : Failure(EINVAL, distrust.why, false);
}

std::string Failure::text() const { return why.empty() ? std::strerror(number) : why; }

std::unique_ptr<Files> real_files(const RootDirectory& root) {
  return std::make_unique<RealFiles>(root);
}

} // namespace kpb::runtime
