// SPDX-License-Identifier: GPL-2.0-only
//
// Bytes that are read piece by piece: from a file, a member of an archive, or a member of an archive within an
// archive. A debug vmlinux has half a gigabyte and is never in memory as a whole.
#ifndef KPB_CORE_KERNEL_BYTE_SOURCE_HPP
#define KPB_CORE_KERNEL_BYTE_SOURCE_HPP

#include "core/system/filesystem.hpp"
#include "core/system/interrupt.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace kpb {

class ByteSource {
public:
  virtual ~ByteSource() = default;
  // 0 at the end.
  virtual Result<size_t> read(char* to, size_t size) = 0;
  virtual std::string path() const = 0; // for messages
};

class FileSource final : public ByteSource {
public:
  explicit FileSource(std::unique_ptr<OpenFile> file) : m_file(std::move(file)) {}
  Result<size_t> read(char* to, size_t size) override;
  std::string path() const override { return m_file->path(); }

private:
  std::unique_ptr<OpenFile> m_file;
  uint64_t m_offset = 0;
};

struct CopiedFile {
  std::string sha256;
  uint64_t size = 0;
  bool is_elf = false;
};

// Every file in the store has this time. So no file of a tree is newer than another, and make sees the same tree
// whatever unpacked it. (Not 0, which make takes for "absent".)
inline constexpr int64_t k_store_mtime = 946684800; // 2000-01-01

// Copies the rest of `source` into the new file `to`. More than `limit` bytes are the error EFBIG, an interrupt is
// EINTR.
Result<CopiedFile> copy_bytes(FileSystem& files, ByteSource& source, const std::string& to,
                              uint32_t mode, uint64_t limit, const Interrupts& interrupts);

// The digest alone.
Result<CopiedFile> digest_bytes(ByteSource& source, const Interrupts& interrupts);

} // namespace kpb

#endif
