// SPDX-License-Identifier: GPL-2.0-only
//
// Digests of the files that a series is made from. A file whose size, times and inode are the same as when it was
// hashed is not read again (a user cannot set its ctime).
#ifndef KPB_CORE_SERIES_FILE_DIGESTS_HPP
#define KPB_CORE_SERIES_FILE_DIGESTS_HPP

#include "core/system/filesystem.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace kpb {

struct KnownDigest {
  uint64_t size = 0, device = 0, inode = 0;
  int64_t modified_ns = 0, changed_ns = 0;
  std::string sha256;
};

class FileDigests {
public:
  // `now`: seconds since 1970. The digest of a file that changed in the last seconds is not kept: the system's clock is
  // too coarse to show whether it changes again.
  FileDigests(FileSystem& files, int64_t now) : m_files(files), m_now(now) {}
  // What an earlier run has dumped. Lines that cannot be read are ignored, and their files hashed again.
  void load(std::string_view text);
  std::string dump() const;
  bool changed() const { return m_changed; } // since load()

  struct Entry {
    std::string sha256;
    int64_t mtime = 0;
  };
  // Of a file, or of a directory with what is below it.
  Result<Entry> of(const std::string& path);

private:
  Result<Entry> of_file(const std::string& path, const FileInfo& info);
  Result<Entry> of_directory(const std::string& path, int depth);

  FileSystem& m_files;
  int64_t m_now;
  std::unordered_map<std::string, KnownDigest> m_known;
  std::unordered_map<std::string, Entry> m_asked; // in this run: one look is enough
  bool m_changed = false;
};

} // namespace kpb

#endif
