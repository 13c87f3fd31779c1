// SPDX-License-Identifier: GPL-2.0-only
//
// See tarball.hpp. Each option that is set here stands against a measured difference of the bytes, or against
// a reader that refuses libarchive's default.
#include "tarball.hpp"

#include "xz.hpp"

#include <kpb/sdk.hpp>

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace kpb::tarball {
namespace {

using Archive = std::unique_ptr<archive, decltype(&archive_write_free)>;
using Entry = std::unique_ptr<archive_entry, decltype(&archive_entry_free)>;

void check(const Archive& out, int status) {
  if (status == ARCHIVE_OK)
    return;
  const int number = out ? archive_errno(out.get()) : ENOMEM;
  throw sdk::Error({.fault = sdk::Fault::environment,
                    .code = "archive-write",
                    .what = "cannot make an archive",
                    .why = number > 0 ? std::strerror(number) : "libarchive refuses it"});
}

// libarchive calls this; no exception may pass through its C code.
la_ssize_t append_to(archive* out, void* to, const void* data, size_t size) noexcept {
  try {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
  } catch (const std::exception&) {
    archive_set_error(out, -1, "out of memory");
    return -1;
  }
}

void add_filter(const Archive& out, Compression compression) {
  const auto option = [&](const char* filter, const char* key, const char* value) {
    check(out, archive_write_set_filter_option(out.get(), filter, key, value));
  };
  switch (compression) {
  case Compression::none:
  case Compression::xz: break; // by xz.hpp
  case Compression::gzip:
    check(out, archive_write_add_filter_gzip(out.get()));
    option("gzip", "timestamp", nullptr); // else it writes the clock
    option("gzip", "compression-level", "9");
    break;
  case Compression::zstd:
    check(out, archive_write_add_filter_zstd(out.get()));
    option("zstd", "compression-level", "19"); // no threads: any number changes the bytes
    break;
  }
}

// Bytes that are compared with those that come.
struct Expected {
  std::string_view rest;
  bool same = true;
};

la_ssize_t compare_with(archive*, void* to, const void* data, size_t size) noexcept {
  auto& expected = *static_cast<Expected*>(to);
  expected.same = expected.same && size <= expected.rest.size() &&
                  std::memcmp(expected.rest.data(), data, size) == 0;
  expected.rest.remove_prefix(std::min(size, expected.rest.size()));
  return static_cast<la_ssize_t>(size);
}

using SetFormat = int (*)(archive*);

void write_to(void* to, la_ssize_t (*take)(archive*, void*, const void*, size_t),
              const std::vector<Member>& members, Compression compression, int64_t mtime,
              SetFormat set_format) {
  const Archive out(archive_write_new(), &archive_write_free);
  if (!out)
    check(out, ARCHIVE_FATAL);
  add_filter(out, compression);
  check(out, set_format(out.get()));
  check(out, archive_write_set_bytes_in_last_block(out.get(), 1));
  check(out, archive_write_open(out.get(), to, nullptr, take, nullptr));
  for (const auto& member : members) {
    const Entry entry(archive_entry_new(), &archive_entry_free);
    if (!entry)
      check(out, ARCHIVE_FATAL);
    archive_entry_set_pathname(entry.get(), member.path.c_str());
    archive_entry_set_filetype(entry.get(), member.directory ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry.get(), member.directory ? 0755 : 0644);
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_uname(entry.get(), "root"); // tar and dpkg look at names first
    archive_entry_set_gname(entry.get(), "root");
    archive_entry_set_mtime(entry.get(), mtime, 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.content.size()));
    check(out, archive_write_header(out.get(), entry.get()));
    const auto written =
        archive_write_data(out.get(), member.content.data(), member.content.size());
    if (written != static_cast<la_ssize_t>(member.content.size()))
      check(out, ARCHIVE_FATAL);
  }
  check(out, archive_write_close(out.get()));
}

std::string write(const std::vector<Member>& members, Compression compression, int64_t mtime,
                  SetFormat set_format) {
  std::string bytes;
  write_to(&bytes, &append_to, members, compression, mtime, set_format);
  return compression == Compression::xz ? xz(bytes) : bytes;
}

bool is_of(const std::vector<Member>& members, int64_t mtime, SetFormat set_format,
           std::string_view bytes) {
  Expected expected{bytes};
  write_to(&expected, &compare_with, members, Compression::none, mtime, set_format);
  return expected.same && expected.rest.empty();
}

} // namespace

std::string make_tar(const std::vector<Member>& members, Compression compression, int64_t mtime) {
  return write(members, compression, mtime, &archive_write_set_format_gnutar);
}

std::string make_ar(const std::vector<Member>& members, int64_t mtime) {
  return write(members, Compression::none, mtime, &archive_write_set_format_ar_bsd);
}

bool is_tar_of(const std::vector<Member>& members, int64_t mtime, std::string_view bytes) {
  return is_of(members, mtime, &archive_write_set_format_gnutar, bytes);
}

bool is_ar_of(const std::vector<Member>& members, int64_t mtime, std::string_view bytes) {
  return is_of(members, mtime, &archive_write_set_format_ar_bsd, bytes);
}

std::string compress(std::string_view content, Compression compression) {
  return write({{"content", content}}, compression, 0, &archive_write_set_format_raw);
}

} // namespace kpb::tarball
