// SPDX-License-Identifier: GPL-2.0-only
//
// See initramfs.hpp. libarchive writes it to the file piece by piece.
#include "core/boot/initramfs.hpp"

#include "core/base/text.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <cerrno>

namespace kpb {

namespace {

// libarchive's writer, and the file that it writes to.
struct Writer {
  archive* handle = archive_write_new();
  archive_entry* entry = archive_entry_new();
  NewFile& to;
  Status failure;

  explicit Writer(NewFile& file) : to(file) {}
  ~Writer() {
    archive_entry_free(entry);
    archive_write_free(handle);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  static la_ssize_t take(archive* handle, void* context, const void* data, size_t size) {
    auto& self = *static_cast<Writer*>(context);
    self.failure = self.to.write({static_cast<const char*>(data), size});
    if (self.failure)
      return static_cast<la_ssize_t>(size);
    archive_set_error(handle, EIO, "it cannot be written");
    return -1;
  }

  bool member(const std::string& path, mode_t type, uint32_t mode, std::string_view content) {
    archive_entry_clear(entry);
    archive_entry_set_pathname(entry, path.c_str() + 1);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, mode);
    archive_entry_set_nlink(entry, 1);
    archive_entry_set_size(entry, type == AE_IFREG ? static_cast<la_int64_t>(content.size()) : 0);
    if (type == AE_IFLNK)
      archive_entry_set_symlink(entry, std::string(content).c_str());
    else if (type == AE_IFCHR)
      archive_entry_set_rdevmajor(entry, 5), archive_entry_set_rdevminor(entry, 1);
    return archive_write_header(handle, entry) == ARCHIVE_OK &&
           (type != AE_IFREG || archive_write_data(handle, content.data(), content.size()) ==
                                    static_cast<la_ssize_t>(content.size()));
  }
};

} // namespace

bool Initramfs::add(const std::string& path, Member member) {
  if (path.size() < 2 || path[0] != '/')
    return false;
  for (const auto& part : split(std::string_view(path).substr(1), '/'))
    if (part.empty() || part == "." || part == "..")
      return false;
  for (std::string above = parent_path(path); above != "/"; above = parent_path(above)) {
    const auto [known, fresh] = m_members.emplace(above, Member{});
    if (!fresh && known->second.type != FileInfo::Type::directory)
      return false;
  }
  const auto [known, fresh] = m_members.emplace(path, member);
  return fresh || (known->second.type == member.type && known->second.content == member.content);
}

bool Initramfs::add_file(const std::string& path, std::string content, uint32_t mode) {
  return add(path, {FileInfo::Type::regular, mode, std::move(content)});
}

bool Initramfs::add_directory(const std::string& path) { return add(path, {}); }

bool Initramfs::add_link(const std::string& path, const std::string& target) {
  return add(path, {FileInfo::Type::symlink, 0777, target});
}

Status Initramfs::write(FileSystem& files, const std::string& to) const {
  auto file = files.create(to, 0600);
  if (!file)
    return tl::unexpected(file.error());
  Writer writer(**file);
  bool good =
      writer.handle != nullptr && writer.entry != nullptr &&
      archive_write_set_format_cpio_newc(writer.handle) == ARCHIVE_OK &&
      archive_write_open(writer.handle, &writer, nullptr, &Writer::take, nullptr) == ARCHIVE_OK &&
      writer.member("/dev", AE_IFDIR, 0755, "") &&
      writer.member("/dev/console", AE_IFCHR, 0600, "");
  for (auto it = m_members.begin(); good && it != m_members.end(); ++it) {
    const auto& [path, member] = *it;
    const mode_t type = member.type == FileInfo::Type::directory ? AE_IFDIR
                        : member.type == FileInfo::Type::symlink ? AE_IFLNK
                                                                 : AE_IFREG;
    good = path == "/dev" || writer.member(path, type, member.mode, member.content);
  }
  good = good && archive_write_close(writer.handle) == ARCHIVE_OK;
  if (good)
    return (*file)->commit(0);
  if (!writer.failure)
    return writer.failure;
  const int number = archive_errno(writer.handle);
  return tl::unexpected(number > 0 ? SystemError{number, "make", to}
                                   : SystemError{0, "libarchive refuses to make it", to});
}

} // namespace kpb
