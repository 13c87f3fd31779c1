// SPDX-License-Identifier: GPL-2.0-only
//
// The real FileSystem. It is careful because others may use the machine too: files are created with
// O_EXCL|O_NOFOLLOW; inputs are opened without blocking and examined before they are read (a FIFO
// or /dev/zero given as a patch must not hang or fill memory); and every write, fsync and close is
// checked, because a full disk may show in any of the three.
#include "core/system/filesystem.hpp"

#include "core/system/real_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kpb {

namespace {

using real::error;
using real::Fd;
using real::names_of;
using real::RealLock;
using real::to_info;
using real::write_all;

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

// Opens an input without blocking and examines it before it is read. On failure -1, with errno, or
// in `st` what the file is instead.
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
    // Asks for one byte more than expected, to notice a file that grows.
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
    Fd fd(real::create_file(path));
    if (!fd.valid())
      return error("create", path);
    int failure = real::fill_file(fd.get(), content, mode, durable);
    if (::close(fd.release()) != 0 && failure == 0)
      failure = errno;
    if (failure == 0)
      return {};
    ::unlink(path.c_str());
    return tl::unexpected(SystemError{failure, "write", path});
  }

  Result<Held> write_held(const std::string& path, std::string_view content,
                          uint32_t mode) override {
    return real::write_held(path, content, mode);
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
    return real::make_directory_of_random_name(parent, prefix, suffix, 0700);
  }

  Result<Held> make_held_directory(const std::string& parent, const std::string& prefix,
                                   const std::string& suffix) override {
    return real::make_held_directory(parent, prefix, suffix);
  }

  size_t sweep(const std::string& directory, const Leftovers& what) override {
    return real::sweep(directory, what);
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

  Status remove_tree(const std::string& path) override { return real::remove_tree(path); }

  Status copy_tree(const std::string& from, const std::string& to,
                   const std::function<bool()>& stop) override {
    return real::copy_tree(from, to, stop);
  }

  uint64_t disk_use(const std::string& path) override { return real::disk_use(path); }

  Result<std::vector<std::string>> list(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
      return error("open", path);
    return names_of(fd, path);
  }

  Status sync_directory(const std::string& path) override {
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some file systems cannot sync a directory (EINVAL); the rename is atomic there anyway.
    if (!fd.valid() || (::fsync(fd.get()) != 0 && errno != EINVAL))
      return error("write", path);
    return {};
  }

  tl::expected<std::string, Distrust> trusted(const std::string& path, Wanted wanted) override {
    auto opened = open_trusted_path(path, wanted);
    if (!opened)
      return tl::unexpected(std::move(opened.error()));
    return opened->path();
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
    // The previous holder may have removed the file; a lock on a removed file is worth nothing.
    struct stat ours {};
    struct stat there {};
    if (::fstat(fd.get(), &ours) != 0 || ::lstat(path.c_str(), &there) != 0)
      return error("lock", path);
    if (ours.st_dev != there.st_dev || ours.st_ino != there.st_ino)
      return tl::unexpected(SystemError{ENOENT, "lock", path});
    // Otherwise the lines of earlier holders pile up; readers check which holders are alive.
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

std::unique_ptr<FileSystem> make_real_filesystem() { return std::make_unique<RealFileSystem>(); }

} // namespace kpb
