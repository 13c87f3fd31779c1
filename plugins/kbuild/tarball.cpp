// SPDX-License-Identifier: GPL-2.0-only
//
// See tarball.hpp; the one file that knows libarchive.
#include "tarball.hpp"

#include <kpb/sdk.hpp>

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace kpb::builders {
namespace {

using Archive = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

void check(const Archive& tar, int status) {
  if (status == ARCHIVE_OK)
    return;
  const char* text = tar ? archive_error_string(tar.get()) : nullptr;
  throw sdk::Error(std::string("cannot make the tarball of the sources; ") +
                       (text != nullptr ? text : "libarchive does not say why"),
                   KPB_FAULT_ENVIRONMENT, {}, "kbuild-tarball");
}

// libarchive calls this; no exception may pass through its C code.
la_ssize_t append_to(archive* tar, void* to, const void* data, size_t size) noexcept {
  try {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  } catch (const std::exception&) {
    archive_set_error(tar, -1, "out of memory");
    return -1;
  }
}

} // namespace

std::string make_tarball(const std::string& directory,
                         const std::map<std::string, std::string>& files, int64_t mtime) {
  std::string bytes;
  const Archive tar(archive_write_new(), &archive_write_free);
  if (!tar)
    check(tar, ARCHIVE_FATAL);
  check(tar, archive_write_add_filter_gzip(tar.get()));
  check(tar, archive_write_set_filter_option(tar.get(), "gzip", "timestamp", nullptr));
  check(tar, archive_write_set_filter_option(tar.get(), "gzip", "compression-level", "9"));
  check(tar, archive_write_set_format_gnutar(tar.get()));
  check(tar, archive_write_set_bytes_in_last_block(tar.get(), 1));
  check(tar, archive_write_open(tar.get(), &bytes, nullptr, &append_to, nullptr));
  for (const auto& [path, content] : files) { // a map: sorted
    const Entry entry(archive_entry_new(), &archive_entry_free);
    if (!entry)
      check(tar, ARCHIVE_FATAL);
    archive_entry_set_pathname(entry.get(), (directory + "/" + path).c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_mtime(entry.get(), mtime, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    check(tar, archive_write_header(tar.get(), entry.get()));
    const auto written = archive_write_data(tar.get(), content.data(), content.size());
    if (written != static_cast<la_ssize_t>(content.size()))
      check(tar, ARCHIVE_FATAL);
  }
  check(tar, archive_write_close(tar.get()));
  return bytes;
}

} // namespace kpb::builders
