// SPDX-License-Identifier: GPL-2.0-only
//
// See byte_source.hpp.
#include "core/kernel/byte_source.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"

#include <cerrno>
#include <vector>

namespace kpb {

namespace {

constexpr size_t k_piece = size_t{256} * 1024;

Result<CopiedFile> pump(ByteSource& source, NewFile* to, uint64_t limit,
                        const Interrupts& interrupts) {
  std::vector<char> buffer(k_piece);
  CopiedFile copied;
  Sha256 digest;
  for (;;) {
    if (interrupts.pending() != 0)
      return tl::unexpected(SystemError{EINTR, "read", source.path()});
    const auto n = source.read(buffer.data(), buffer.size());
    if (!n)
      return tl::unexpected(n.error());
    if (*n == 0)
      break;
    const std::string_view piece(buffer.data(), *n);
    if (copied.size == 0)
      copied.is_elf = piece.starts_with("\x7f"
                                        "ELF");
    copied.size += *n;
    if (copied.size > limit)
      return tl::unexpected(SystemError{EFBIG, "read", source.path()});
    digest.update(piece);
    if (to != nullptr)
      if (auto written = to->write(piece); !written)
        return tl::unexpected(written.error());
  }
  copied.sha256 = digest.hex();
  return copied;
}

} // namespace

Result<size_t> FileSource::read(char* to, size_t size) {
  auto n = m_file->read_at(m_offset, to, size);
  if (n)
    m_offset += *n;
  return n;
}

Result<CopiedFile> copy_bytes(FileSystem& files, ByteSource& source, const std::string& to,
                              uint32_t mode, uint64_t limit, const Interrupts& interrupts) {
  auto file = files.create(to, mode);
  if (!file)
    return tl::unexpected(file.error());
  auto copied = pump(source, file->get(), limit, interrupts);
  if (!copied)
    return copied;
  if (auto done = (*file)->commit(k_store_mtime); !done)
    return tl::unexpected(done.error());
  return copied;
}

Result<CopiedFile> digest_bytes(ByteSource& source, const Interrupts& interrupts) {
  return pump(source, nullptr, UINT64_MAX, interrupts);
}

} // namespace kpb
