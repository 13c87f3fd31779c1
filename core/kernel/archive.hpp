// SPDX-License-Identifier: GPL-2.0-only
//
// Archives (tarballs, RPMs, debs, which are an ar of tarballs, and single compressed files), read from front to
// back; who reads one decides what is done with each member. A member is a ByteSource, so an archive within an
// archive is opened like one in a file.
#ifndef KPB_CORE_KERNEL_ARCHIVE_HPP
#define KPB_CORE_KERNEL_ARCHIVE_HPP

#include "core/kernel/byte_source.hpp"

#include <functional>

namespace kpb {

struct ArchiveMember {
  enum class Type { file, directory, symlink, hardlink, other };
  Type type = Type::other;
  std::string path; // as it stands in the archive
  std::string link; // of a symlink or hardlink
  uint32_t mode = 0;
};

class Archive final : public ByteSource {
public:
  enum class Form {
    members, // tar, cpio or ar, compressed or not, or an RPM
    single,  // one compressed file, or one that is not compressed
  };
  // `source` must outlive the archive.
  static Result<std::unique_ptr<Archive>> open(ByteSource& source, Form form);
  ~Archive() override;

  // The next member; false at the end. read() then gives its content.
  Result<bool> next(ArchiveMember& member);
  Result<size_t> read(char* to, size_t size) override;
  std::string path() const override;

private:
  struct State;
  explicit Archive(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

// "./usr/src/x" and "/usr/src/x" -> "usr/src/x"; "" for a path with ".." or an empty name in it.
std::string member_path(std::string_view path);

// What a file is, by its first bytes and not by its name.
enum class FileKind { rpm, source_rpm, deb, elf, other };
Result<FileKind> file_kind(FileSystem& files, const std::string& path);

// Opens a package and calls `visit` for each member of its payload until that returns false. `visit` reports its own
// errors; the status is about the package.
using VisitMember = std::function<bool(const ArchiveMember& member, ByteSource& content)>;
Status visit_package(FileSystem& files, const std::string& path, FileKind kind,
                     const VisitMember& visit);

} // namespace kpb

#endif
