// SPDX-License-Identifier: GPL-2.0-only
//
// The guest's file system: a cpio archive that the kernel unpacks into memory. Written here, since what is
// in it comes out of packages and goes into no directory of the host.
#ifndef KPB_CORE_BOOT_INITRAMFS_HPP
#define KPB_CORE_BOOT_INITRAMFS_HPP

#include "core/system/filesystem.hpp"

#include <map>
#include <string>
#include <string_view>

namespace kpb {

class Initramfs {
public:
  // Files by their absolute path; the directories above come by themselves. False: another file of that
  // path, or a path that cannot be one, is there already.
  bool add_file(const std::string& path, std::string content, uint32_t mode);
  bool add_directory(const std::string& path);
  bool add_link(const std::string& path, const std::string& target);

  // The same content gives the same bytes. With /dev/console, without which init could say nothing.
  Status write(FileSystem& files, const std::string& to) const;

private:
  struct Member {
    FileInfo::Type type = FileInfo::Type::directory;
    uint32_t mode = 0755;
    std::string content; // a file's, or a link's target
  };
  bool add(const std::string& path, Member member);
  std::map<std::string, Member> m_members; // sorted, so parents come first
};

} // namespace kpb

#endif
