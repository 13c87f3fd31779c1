// SPDX-License-Identifier: GPL-2.0-only
//
// Everything that kpb does to files goes through this interface, so that tests can run a whole
// build in memory and make any call fail. The real one (real_filesystem.cpp) never follows a link
// when it creates something, and never blocks on a FIFO.
#ifndef KPB_CORE_SYSTEM_FILESYSTEM_HPP
#define KPB_CORE_SYSTEM_FILESYSTEM_HPP

#include "core/base/result.hpp"
#include "core/base/trusted_path.hpp"

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
  // Identity and last change, as exactly as the system knows them; 0 if it does not.
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0; // only the system can set this one
};

// A point in time as one number. Times after 2262 or before 1677, which file systems can hold,
// become the last or first possible value.
constexpr int64_t nanoseconds(int64_t seconds, int64_t rest) {
  constexpr int64_t k_second = 1000000000;
  if (seconds >= INT64_MAX / k_second)
    return INT64_MAX;
  return seconds <= INT64_MIN / k_second ? INT64_MIN : seconds * k_second + rest;
}

// A regular file that is read in pieces, because it is too large for memory. It may be truncated or
// changed meanwhile, so it is read at offsets and never mapped: that gives an error instead of a
// SIGBUS.
class OpenFile {
public:
  OpenFile(int descriptor, std::string path, const FileInfo& info)
      : m_descriptor(descriptor), m_path(std::move(path)), m_info(info) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // Reads up to `size` bytes at the offset; 0 at the end of the file.
  Result<size_t> read_at(uint64_t offset, char* to, size_t size) const;
  // Reads exactly these bytes; it is an error if the file ends earlier.
  Result<std::string> read(uint64_t offset, uint64_t size) const;
  uint64_t size() const { return m_info.size; }   // when the file was opened
  int descriptor() const { return m_descriptor; } // for libraries; remains owned by this object
  const std::string& path() const { return m_path; }
  const FileInfo& info() const { return m_info; }

private:
  int m_descriptor;
  std::string m_path;
  FileInfo m_info;
};

// A file that is written in pieces. It is removed again unless commit() succeeded.
class NewFile {
public:
  virtual ~NewFile() = default;
  virtual Status write(std::string_view content) = 0;
  virtual Status commit(int64_t mtime) = 0;
};

// A lock that is held as long as the object lives, or until the process ends in whatever way.
class FileLock {
public:
  virtual ~FileLock() = default;
};

// A directory or file of this run, with the lock that says so.
struct Held {
  std::string path;
  std::unique_ptr<FileLock> lock;
};

// What runs of one kind leave when they are killed: files, or directories, called PREFIXrandomSUFFIX.
struct Leftovers {
  enum class Kind { files, directories };
  Kind kind = Kind::directories;
  std::string prefix, suffix;
  size_t random = 6; // that many characters of a-z0-9
};

class FileSystem {
public:
  virtual ~FileSystem() = default;

  // Follows symlinks unless told otherwise.
  virtual Result<FileInfo> stat(const std::string& path, bool follow = true) = 0;
  // Reads a regular file of at most `limit` bytes as a whole; anything else is refused without
  // reading.
  virtual Result<std::string> read(const std::string& path, uint64_t limit) = 0;
  // Creates the file (it must not exist), writes all of it, calls fsync if `durable`, and closes
  // it. `mode` is exact, whatever the umask is. After an error the file is removed again.
  virtual Status write_new(const std::string& path, std::string_view content, uint32_t mode,
                           bool durable) = 0;
  // Creates one directory with exactly this mode; an existing one is fine.
  virtual Status make_directory(const std::string& path, uint32_t mode) = 0;
  // Creates a new directory `parent/prefixRANDOMsuffix` with mode 0700.
  virtual Result<std::string> make_private_directory(const std::string& parent,
                                                     const std::string& prefix,
                                                     const std::string& suffix) = 0;
  // The same, held as long as the lock lives: sweep() of other runs leaves it alone. What killed runs
  // have left is told by the lock, so children must not inherit it.
  virtual Result<Held> make_held_directory(const std::string& parent, const std::string& prefix,
                                           const std::string& suffix);
  // write_new(), durable, of a file that is held in the same way.
  virtual Result<Held> write_held(const std::string& path, std::string_view content, uint32_t mode);
  // Removes from the directory what killed runs of this user have left, and returns how many it
  // removed. What somebody holds, what is another user's and what is no directory (or file) of
  // kpb's stays.
  virtual size_t sweep(const std::string& directory, const Leftovers& what);
  // Atomic within one file system; replaces a file at `to`.
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  // Removes the directory and everything below it; never follows a symlink or enters another
  // device.
  virtual Status remove_tree(const std::string& path) = 0;
  // Copies a directory with everything below it to a new one: contents (as shared blocks if the
  // file system can do that), modes and times. Fails with EINTR when `stop` returns true.
  virtual Status copy_tree(const std::string& from, const std::string& to,
                           const std::function<bool()>& stop) = 0;
  // Disk space used by `path` and everything below it on the same device; what cannot be read is
  // not counted.
  virtual uint64_t disk_use(const std::string& path) = 0;
  // The names in the directory, sorted by byte.
  virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
  virtual Status sync_directory(const std::string& path) = 0;
  // The path, if nobody but root and the user can change what it leads to (core/base/trusted_path.hpp);
  // otherwise why not. The real path is without links.
  virtual tl::expected<std::string, Distrust> trusted(const std::string& path, Wanted wanted);
  // Only why not; empty if all is well.
  Distrust distrust(const std::string& path, Wanted wanted) {
    auto path_or_why = trusted(path, wanted);
    return path_or_why ? Distrust{} : std::move(path_or_why.error());
  }
  // The absolute path without symlinks.
  virtual Result<std::string> resolve(const std::string& path) = 0;
  // Opens a regular file for reading in pieces; anything else is refused without opening.
  virtual Result<std::unique_ptr<OpenFile>> open(const std::string& path) = 0;
  // Creates the file (it must not exist) for writing in pieces; `mode` is exact.
  virtual Result<std::unique_ptr<NewFile>> create(const std::string& path, uint32_t mode) = 0;
  virtual Status make_symlink(const std::string& target, const std::string& path) = 0;
  virtual Result<std::string> read_link(const std::string& path) = 0;
  // Locks the file, which is created if it is missing. Does not wait: EWOULDBLOCK if somebody
  // else's lock forbids it. Writes `holder`, a line of text, into the file for whoever is refused.
  // The lock is only seen by processes of this machine, and children do not inherit it.
  virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path, bool exclusive,
                                                 const std::string& holder) = 0;
  // Puts everything below `path` on disk (and whatever else its file system still has to write).
  virtual Status sync_all(const std::string& path) = 0;
};

std::unique_ptr<FileSystem> make_real_filesystem();

} // namespace kpb

#endif
