// SPDX-License-Identifier: GPL-2.0-only
//
// The guest's file system: a cpio archive that the kernel unpacks into memory. It is written
// directly, because its content comes from packages and must not be unpacked on the host.
#ifndef KPB_CORE_BOOT_INITRAMFS_HPP
#define KPB_CORE_BOOT_INITRAMFS_HPP

#include "core/system/filesystem.hpp"

#include <map>
#include <string>
#include <string_view>

namespace kpb {

class Initramfs {
public:
  // Adds a file by its absolute path; parent directories are added automatically. False if the path
  // is not valid or another file is already there.
  bool add_file(const std::string& path, std::string content, uint32_t mode);
  bool add_directory(const std::string& path);
  bool add_link(const std::string& path, const std::string& target);

  // The same content always gives the same bytes. Includes /dev/console, without which init has no
  // output.
  Status write(FileSystem& files, const std::string& to) const;

private:
  struct Member {
    FileInfo::Type type = FileInfo::Type::directory;
    uint32_t mode = 0755;
    std::string content; // of a file, or a link's target
  };
  bool add(const std::string& path, Member member);
  std::map<std::string, Member> m_members; // sorted, so that parents come first
};

} // namespace kpb

#endif
