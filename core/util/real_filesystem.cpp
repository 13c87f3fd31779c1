// SPDX-License-Identifier: GPL-2.0-only
//
// The FileSystem of the machine. Careful where the machine is not ours alone: files are created with
// O_EXCL|O_NOFOLLOW, inputs are opened without blocking and looked at before they are read (a FIFO
// or /dev/zero given as a patch must not hang or fill memory), and every write, fsync and close is
// checked, because a full disk may show itself in any of the three.
#include "core/util/filesystem.hpp"

#include "core/util/path_safety.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb {

namespace {

tl::unexpected<SystemError> error(const char* operation, const std::string& path) {
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

constexpr int64_t k_nanoseconds = 1000000000;

FileInfo to_info(const struct stat& st) {
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
  info.modified_ns = st.st_mtim.tv_sec * k_nanoseconds + st.st_mtim.tv_nsec;
  info.changed_ns = st.st_ctim.tv_sec * k_nanoseconds + st.st_ctim.tv_nsec;
  return info;
}

bool write_all(int fd, std::string_view content) {
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

// Entries of an open directory; `fd` is taken.
Result<std::vector<std::string>> names_of(int fd, const std::string& path) {
  DIR* dir = ::fdopendir(fd);
  if (dir == nullptr) {
    const auto failed = error("read", path);
    ::close(fd);
    return failed;
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..")
      names.push_back(name);
    errno = 0;
  }
  const int failure = errno;
  ::closedir(dir);
  if (failure != 0)
    return tl::unexpected(SystemError{failure, "read", path});
  std::sort(names.begin(), names.end());
  return names;
}

Status remove_below(int parent, const std::string& name, const std::string& shown_path,
                    dev_t device) {
  struct stat st {};
  if (::fstatat(parent, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno == ENOENT ? Status{} : Status(error("remove", shown_path));
  if (S_ISDIR(st.st_mode) && st.st_dev == device) {
    // An empty one needs no look inside, which overlayfs' own work directory (mode 0) allows to root alone.
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0)
      return {};
    // A tool may have left a directory without write permission.
    if ((st.st_mode & 0700U) != 0700U && ::fchmodat(parent, name.c_str(), 0700, 0) != 0)
      return error("remove", shown_path);
    Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid())
      return error("remove", shown_path);
    const int copy = ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
      return error("remove", shown_path);
    const auto names = names_of(copy, shown_path);
    if (!names)
      return tl::unexpected(names.error());
    // What cannot be removed does not keep the rest.
    Status first;
    for (const auto& child : *names)
      if (auto status = remove_below(fd.get(), child, shown_path + "/" + child, device);
          !status && first)
        first = status;
    if (!first)
      return first;
  }
  if (::unlinkat(parent, name.c_str(), S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) != 0 &&
      errno != ENOENT)
    return error("remove", shown_path);
  return {};
}

// Blocks that are in use, not sizes: a kernel's tree has holes and small files. Of one device.
uint64_t use_below(int parent, const std::string& name, dev_t device) {
  struct stat st {};
  if (::fstatat(parent, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0 || st.st_dev != device)
    return 0;
  uint64_t total = static_cast<uint64_t>(st.st_blocks) * 512;
  if (!S_ISDIR(st.st_mode))
    return total / std::max<uint64_t>(st.st_nlink, 1); // each of a file's names has its share
  Fd fd(::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  const int copy = fd.valid() ? ::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0) : -1;
  if (copy < 0)
    return total;
  if (const auto names = names_of(copy, name))
    for (const auto& child : *names)
      total += use_below(fd.get(), child, device);
  return total;
}

class RealNewFile final : public NewFile {
public:
  RealNewFile(int fd, std::string path) : m_fd(fd), m_path(std::move(path)) {}
  ~RealNewFile() override {
    if (m_fd.valid())
      ::unlink(m_path.c_str());
  }
  RealNewFile(const RealNewFile&) = delete;
  RealNewFile& operator=(const RealNewFile&) = delete;

  Status write(std::string_view content) override {
    return write_all(m_fd.get(), content) ? Status{} : Status(error("write", m_path));
  }
  Status commit(int64_t mtime) override {
    const timespec times[2] = {{mtime, 0}, {mtime, 0}};
    if (::futimens(m_fd.get(), times) != 0)
      return error("write", m_path);
    if (::close(m_fd.release()) == 0)
      return {};
    const auto failed = error("write", m_path);
    ::unlink(m_path.c_str());
    return failed;
  }

private:
  Fd m_fd;
  std::string m_path;
};

class RealLock final : public FileLock {
public:
  explicit RealLock(int fd) : m_fd(fd) {}

private:
  Fd m_fd;
};

// An input, opened without blocking and looked at before it is read. -1 with errno, or with what the
// file is instead in `st`.
int open_regular(const std::string& path, struct stat& st) {
  st = {};
  Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid() || ::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode))
    return -1;
  return fd.release();
}

tl::unexpected<SystemError> not_opened(const std::string& path, const struct stat& st) {
  if (st.st_mode == 0)
    return error("open", path);
  return tl::unexpected(
      SystemError{0, S_ISDIR(st.st_mode) ? "it is a directory" : "it is not a regular file", path});
}

class RealFileSystem final : public FileSystem {
public:
  Result<FileInfo> stat(const std::string& path, bool follow) override {
    struct stat st {};
    if (::fstatat(AT_FDCWD, path.c_str(), &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0)
      return error("examine", path);
    return to_info(st);
  }

  Result<std::string> read(const std::string& path, uint64_t limit) override {
    struct stat st {};
    Fd fd(open_regular(path, st));
    if (!fd.valid())
      return not_opened(path, st);
    if (static_cast<uint64_t>(st.st_size) > limit)
      return tl::unexpected(SystemError{EFBIG, "read", path});
    std::string content;
    // One byte more than expected is asked for, so that a file that grows is noticed.
    content.resize(static_cast<size_t>(st.st_size) + 1);
    size_t have = 0;
    for (;;) {
      if (have == content.size())
        content.resize(have + 65536);
      const ssize_t n = ::read(fd.get(), content.data() + have, content.size() - have);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return error("read", path);
      if (n == 0)
        break;
      have += static_cast<size_t>(n);
      if (have > limit)
        return tl::unexpected(SystemError{EFBIG, "read", path});
    }
    content.resize(have);
    return content;
  }

  Status write_new(const std::string& path, std::string_view content, uint32_t mode,
                   bool durable) override {
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid())
      return error("create", path);
    const bool written = write_all(fd.get(), content) && ::fchmod(fd.get(), mode) == 0 &&
                         (!durable || ::fsync(fd.get()) == 0);
    int failure = written ? 0 : errno;
    if (::close(fd.release()) != 0 && failure == 0)
      failure = errno;
    if (failure == 0)
      return {};
    ::unlink(path.c_str());
    return tl::unexpected(SystemError{failure, "write", path});
  }

  Status make_directory(const std::string& path, uint32_t mode) override {
    if (::mkdir(path.c_str(), 0700) != 0) {
      struct stat st {};
      if (errno == EEXIST && ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode))
        return {};
      errno = EEXIST == errno ? ENOTDIR : errno;
      return error("create directory", path);
    }
    if (::chmod(path.c_str(), mode) != 0)
      return error("create directory", path);
    return {};
  }

  Result<std::string> make_private_directory(const std::string& parent, const std::string& prefix,
                                             const std::string& suffix) override {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (int attempt = 0; attempt < 100; ++attempt) {
      unsigned char random[6];
      if (::getrandom(random, sizeof random, 0) != static_cast<ssize_t>(sizeof random))
        return error("create directory", parent);
      std::string middle;
      for (const unsigned char byte : random)
        middle += letters[byte % 36];
      const std::string path = parent + "/" + prefix + middle + suffix;
      if (::mkdir(path.c_str(), 0700) == 0)
        return path;
      if (errno != EEXIST)
        break;
    }
    return error("create directory", parent + "/" + prefix + "XXXXXX" + suffix);
  }

  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return error("write", to);
    return {};
  }

  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
      return error("remove", path);
    return {};
  }

  Status remove_tree(const std::string& path) override {
    struct stat st {};
    if (::lstat(path.c_str(), &st) != 0)
      return errno == ENOENT ? Status{} : Status(error("remove", path));
    return remove_below(AT_FDCWD, path, path, st.st_dev);
  }

  uint64_t disk_use(const std::string& path) override {
    struct stat st {};
    return ::lstat(path.c_str(), &st) == 0 ? use_below(AT_FDCWD, path, st.st_dev) : 0;
  }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
      return error("open", path);
    return names_of(fd, path);
  }

  Status sync_directory(const std::string& path) override {
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some file systems cannot sync a directory (EINVAL); the rename is atomic there all the same.
    if (!fd.valid() || (::fsync(fd.get()) != 0 && errno != EINVAL))
      return error("write", path);
    return {};
  }

  Distrust distrust(const std::string& path, bool directory) override {
    const auto real = resolve(path);
    if (!real)
      return {real.error().text(), real.error().number};
    const auto fd = open_trusted(*real, directory);
    if (!fd)
      return fd.error();
    ::close(*fd);
    return {};
  }

  Result<std::string> resolve(const std::string& path) override {
    char* resolved = ::realpath(path.c_str(), nullptr);
    if (resolved == nullptr)
      return error("find", path);
    std::string out = resolved;
    std::free(resolved);
    return out;
  }

  Result<std::unique_ptr<OpenFile>> open(const std::string& path) override {
    struct stat st {};
    const int fd = open_regular(path, st);
    if (fd < 0)
      return not_opened(path, st);
    return std::make_unique<OpenFile>(fd, path, to_info(st));
  }

  Result<std::unique_ptr<NewFile>> create(const std::string& path, uint32_t mode) override {
    Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid())
      return error("create", path);
    if (::fchmod(fd.get(), mode) != 0) {
      const auto failed = error("create", path);
      ::unlink(path.c_str());
      return failed;
    }
    return std::make_unique<RealNewFile>(fd.release(), path);
  }

  Status make_symlink(const std::string& target, const std::string& path) override {
    if (::symlink(target.c_str(), path.c_str()) != 0)
      return error("create", path);
    return {};
  }

  Result<std::string> read_link(const std::string& path) override {
    char target[PATH_MAX];
    const ssize_t n = ::readlink(path.c_str(), target, sizeof target);
    if (n < 0)
      return error("read", path);
    return std::string(target, static_cast<size_t>(n));
  }

  Result<std::unique_ptr<FileLock>> lock(const std::string& path, bool exclusive,
                                         const std::string& holder) override {
    Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd.valid())
      return error("lock", path);
    if (::flock(fd.get(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0)
      return error("lock", path);
    // Whoever held it before may have removed the file: then we hold nothing.
    struct stat ours {};
    struct stat there {};
    if (::fstat(fd.get(), &ours) != 0 || ::lstat(path.c_str(), &there) != 0)
      return error("lock", path);
    if (ours.st_dev != there.st_dev || ours.st_ino != there.st_ino)
      return tl::unexpected(SystemError{ENOENT, "lock", path});
    // Lines of holders that have gone pile up otherwise; readers look who is alive.
    constexpr off_t k_enough = 65536;
    if ((exclusive || ours.st_size > k_enough) && ::ftruncate(fd.get(), 0) != 0)
      return error("lock", path);
    if (!write_all(fd.get(), holder + "\n"))
      return error("lock", path);
    return std::make_unique<RealLock>(fd.release());
  }

  Status sync_all(const std::string& path) override {
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd.valid() || ::syncfs(fd.get()) != 0)
      return error("write", path);
    return {};
  }
};

} // namespace

OpenFile::~OpenFile() { ::close(m_descriptor); }

Result<size_t> OpenFile::read_at(uint64_t offset, char* to, size_t size) const {
  if (offset > static_cast<uint64_t>(INT64_MAX))
    return size_t{0};
  for (;;) {
    const ssize_t n = ::pread(m_descriptor, to, size, static_cast<off_t>(offset));
    if (n >= 0)
      return static_cast<size_t>(n);
    if (errno != EINTR)
      return error("read", m_path);
  }
}

Result<std::string> OpenFile::read(uint64_t offset, uint64_t size) const {
  if (offset > m_info.size || size > m_info.size - offset)
    return tl::unexpected(SystemError{0, "it ends before what is wanted of it", m_path});
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

// For file systems without owners: what can be told from the mode alone.
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

bool is_exhausted(int number) { return number == EMFILE || number == ENFILE; }

// "Too many open files" is read as a fault of the files; the name is what can be looked up.
std::string SystemError::reason() const {
  if (number == 0)
    return operation;
  return std::string(std::strerror(number)) + (number == EMFILE   ? " (EMFILE)"
                                               : number == ENFILE ? " (ENFILE)"
                                                                  : "");
}

std::string SystemError::text() const {
  if (number == 0)
    return "cannot read " + path + ": " + operation;
  return "cannot " + operation + " " + path + ": " + reason();
}

std::unique_ptr<FileSystem> make_real_filesystem() { return std::make_unique<RealFileSystem>(); }

} // namespace kpb
