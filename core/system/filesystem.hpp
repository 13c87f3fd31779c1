// SPDX-License-Identifier: GPL-2.0-only
//
// Everything kpb does to files goes through this interface, so that tests can run a whole build in
// memory and make any call fail. The real one (real_filesystem.cpp) never follows a link when it
// creates something and never blocks on a FIFO.
#ifndef KPB_CORE_SYSTEM_FILESYSTEM_HPP
#define KPB_CORE_SYSTEM_FILESYSTEM_HPP

#include "core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

struct FileInfo {
  enum class Type { regular, directory, symlink, other };
  Type type = Type::other;
  uint64_t size = 0;
  int64_t mtime = 0; // seconds since 1970
  uint32_t mode = 0; // permission bits
  // Which file it is and when it last changed, as exactly as the system says; 0 where it does not.
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0; // nobody but the system sets this one
};

// A point in time as one number; the last or first there is for what lies behind the year 2262 or before 1677,
// which file systems take.
constexpr int64_t nanoseconds(int64_t seconds, int64_t rest) {
  constexpr int64_t k_second = 1000000000;
  if (seconds >= INT64_MAX / k_second)
    return INT64_MAX;
  return seconds <= INT64_MIN / k_second ? INT64_MIN : seconds * k_second + rest;
}

// A regular file of which pieces are read, for what is too large for memory. It may be cut short or
// change under us: it is read at offsets and never mapped, so that this is an error and no SIGBUS.
class OpenFile {
public:
  OpenFile(int descriptor, std::string path, const FileInfo& info)
      : m_descriptor(descriptor), m_path(std::move(path)), m_info(info) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // As many bytes as there are at the offset, up to `size`; 0 at the end.
  Result<size_t> read_at(uint64_t offset, char* to, size_t size) const;
  // Exactly these bytes; that the file ends before is an error.
  Result<std::string> read(uint64_t offset, uint64_t size) const;
  uint64_t size() const { return m_info.size; }   // as it was when the file was opened
  int descriptor() const { return m_descriptor; } // for libraries; it stays ours
  const std::string& path() const { return m_path; }
  const FileInfo& info() const { return m_info; }

private:
  int m_descriptor;
  std::string m_path;
  FileInfo m_info;
};

// A file that is written piece by piece. It is removed again unless commit() succeeded.
class NewFile {
public:
  virtual ~NewFile() = default;
  virtual Status write(std::string_view content) = 0;
  virtual Status commit(int64_t mtime) = 0;
};

// A lock that is held as long as the object lives (or the process, however that ends).
class FileLock {
public:
  virtual ~FileLock() = default;
};

class FileSystem {
public:
  virtual ~FileSystem() = default;

  // Follows symlinks unless told not to.
  virtual Result<FileInfo> stat(const std::string& path, bool follow = true) = 0;
  // The whole content of a regular file of at most `limit` bytes; anything else is refused unread.
  virtual Result<std::string> read(const std::string& path, uint64_t limit) = 0;
  // Creates the file (it must not exist), writes all of it, fsyncs when `durable`, and closes.
  // `mode` is exact, whatever the umask. On an error the file is removed again.
  virtual Status write_new(const std::string& path, std::string_view content, uint32_t mode,
                           bool durable) = 0;
  // One directory, mode exact; one that exists already is fine.
  virtual Status make_directory(const std::string& path, uint32_t mode) = 0;
  // A new directory `parent/prefixRANDOMsuffix` with mode 0700.
  virtual Result<std::string> make_private_directory(const std::string& parent,
                                                     const std::string& prefix,
                                                     const std::string& suffix) = 0;
  // Atomic on one file system; replaces a file at `to`.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  // Everything below and the directory itself; never through a symlink, never on another device.
  virtual Status remove_tree(const std::string& path) = 0;
  // A directory with everything below it to a new one: contents (shared with the first one's where the
  // file system can), modes and times. EINTR when `stop` says so.
  virtual Status copy_tree(const std::string& from, const std::string& to,
                           const std::function<bool()>& stop) = 0;
  // What it takes on disk with everything below, on its own device; what cannot be seen does not count.
  virtual uint64_t disk_use(const std::string& path) = 0;
  // Names in the directory, sorted by byte.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  // Why what lies at `path` cannot be relied on: a part of the path belongs to, or is writable by,
  // somebody else; empty when all is well. See path_safety.hpp.
  virtual Distrust distrust(const std::string& path, bool directory);
  // The absolute path without symlinks.
  virtual Result<std::string> resolve(const std::string& path) = 0;
  // A regular file for reading in pieces; anything else is refused unopened.
  virtual Result<std::unique_ptr<OpenFile>> open(const std::string& path) = 0;
  // Creates the file (it must not exist) for writing in pieces; `mode` is exact.
  virtual Result<std::unique_ptr<NewFile>> create(const std::string& path, uint32_t mode) = 0;
  virtual Status make_symlink(const std::string& target, const std::string& path) = 0;
  virtual Result<std::string> read_link(const std::string& path) = 0;
  // Takes a lock on the file, which is made when absent, without waiting: EWOULDBLOCK when somebody
  // else's lock forbids it. `holder`, a line of text, is left in the file for whoever is refused. Of
  // the processes of this machine only; children do not inherit it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path, bool exclusive,
                                                 const std::string& holder) = 0;
  // Everything below `path` (and whatever else its file system has to write) is on disk.
  virtual Status sync_all(const std::string& path) = 0;
};

std::unique_ptr<FileSystem> make_real_filesystem();

} // namespace kpb

#endif
