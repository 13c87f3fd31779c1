// SPDX-License-Identifier: GPL-2.0-only
//
// See package_reader.hpp. libarchive reads what is there; what lies between (padding, fields that tar has no
// use for, bytes behind the end) is found by writing the same entries again and comparing.
#include "package_reader.hpp"

#include "names.hpp"
#include "package_writer.hpp"

#include <kpb/sdk.hpp>
#include <kpb/sdk/text.hpp>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

namespace kpb::deb {
namespace {

using Archive = std::unique_ptr<archive, decltype(&archive_read_free)>;
using tarball::Compression;

constexpr std::string_view k_magic = "!<arch>\n";
constexpr size_t k_block = 64 * 1024;

// libarchive's own words are for programmers, and differ from version to version.
std::string why(const Archive& in) {
  const char* text = archive_error_string(in.get());
  return text != nullptr && contains(text, "runcated") ? "it ends too early"
                                                       : "it is not in the form of its kind";
}

void check(const Archive& in, const std::string& what, int status) {
  if (status != ARCHIVE_OK)
    throw Damage(what + " cannot be read", why(in));
}

Archive new_archive() {
  Archive in(archive_read_new(), &archive_read_free);
  if (!in)
    throw sdk::Error(
        {.fault = sdk::Fault::environment, .code = "deb-memory", .what = "out of memory"});
  return in;
}

void open_memory(const Archive& in, const std::string& what, std::string_view bytes) {
  check(in, what, archive_read_open_memory(in.get(), bytes.data(), bytes.size()));
}

// What may still be unpacked, of how much.
struct Budget {
  uint64_t all;
  uint64_t left = all;
};

// The content of the entry that is next; `stated` is how much it says that it is.
std::string content_of(const Archive& in, const std::string& what, Budget& budget, int64_t stated) {
  std::string out;
  if (stated > 0 && static_cast<uint64_t>(stated) <= budget.left)
    out.reserve(static_cast<size_t>(stated)); // else growing takes it twice
  std::string block(k_block, '\0');
  while (true) {
    const la_ssize_t got = archive_read_data(in.get(), block.data(), block.size());
    if (got < 0)
      throw Damage(what + " cannot be read", why(in));
    if (got == 0)
      return out;
    const auto size = static_cast<size_t>(got);
    if (size > budget.left)
      throw Damage(what + " unpacks to more than " + std::to_string(budget.all >> 20U) + " MiB");
    budget.left -= size;
    out.append(block, 0, size);
  }
}

std::string text_or_number(const char* name, int64_t number) {
  const std::string text = name != nullptr ? name : "";
  if (text.empty())
    return number == 0 ? "root" : std::to_string(number);
  return text == "root" && number != 0 ? "root(" + std::to_string(number) + ")" : text;
}

std::string kind_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr)
    return "hardlink"; // its mode is that of the file that it becomes
  switch (archive_entry_filetype(entry)) {
  case AE_IFREG: return "file";
  case AE_IFDIR: return "dir";
  case AE_IFLNK: return "link";
  default: return "special";
  }
}

std::string attributes_of(archive_entry* entry) {
  std::string out;
  archive_entry_xattr_reset(entry);
  const char* name = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  while (archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK)
    out += (out.empty() ? "" : " ") + std::string(name != nullptr ? name : "?");
  return out;
}

std::vector<Entry> entries_of(const Archive& in, const std::string& what, Budget& budget,
                              int64_t* mtime) {
  std::vector<Entry> out;
  archive_entry* entry = nullptr;
  while (true) {
    const int status = archive_read_next_header(in.get(), &entry);
    if (status == ARCHIVE_EOF)
      return out;
    check(in, what, status); // a warning is one too many: kpb's have none
    if (out.size() == k_most_packed_files)
      throw Damage(what + " has more than " + std::to_string(k_most_packed_files) + " members");
    const char* path = archive_entry_pathname(entry);
    if (path == nullptr)
      throw Damage(what + " has a member whose name is no text");
    if (std::strlen(path) > k_longest_packed_path)
      throw Damage(what + " has a member whose name has " + std::to_string(std::strlen(path)) +
                   " bytes, more than " + std::to_string(k_longest_packed_path));
    Entry& made = out.emplace_back();
    made.path = path;
    made.kind = kind_of(entry);
    made.mode = archive_entry_perm(entry);
    made.owner = text_or_number(archive_entry_uname(entry), archive_entry_uid(entry));
    made.group = text_or_number(archive_entry_gname(entry), archive_entry_gid(entry));
    made.capabilities = attributes_of(entry);
    if (mtime != nullptr)
      *mtime = archive_entry_mtime(entry);
    if (made.kind == "file")
      made.content = content_of(in, what, budget, archive_entry_size(entry));
  }
}

struct Kind {
  std::string_view suffix;
  Compression compression;
  int code;
  int (*support)(archive*);
};

constexpr Kind k_kinds[] = {
    {".xz", Compression::xz, ARCHIVE_FILTER_XZ, &archive_read_support_filter_xz},
    {".gz", Compression::gzip, ARCHIVE_FILTER_GZIP, &archive_read_support_filter_gzip},
    {".zst", Compression::zstd, ARCHIVE_FILTER_ZSTD, &archive_read_support_filter_zstd},
    {"", Compression::none, ARCHIVE_FILTER_NONE, &archive_read_support_filter_none},
};

// By the name of the member, "control.tar.xz"; nothing for any other.
const Kind* kind_of_member(std::string_view name, std::string_view stem) {
  for (const auto& kind : k_kinds)
    if (name.substr(0, stem.size()) == stem && name.substr(stem.size()) == kind.suffix)
      return &kind;
  return nullptr;
}

// libarchive does not look at what stands behind the data.
void check_gzip_trailer(const Entry& member, const std::string& content) {
  const auto byte = [&](size_t from_end) {
    return static_cast<uint32_t>(
        static_cast<unsigned char>(member.content[member.content.size() - from_end]));
  };
  const auto number = [&](size_t from_end) {
    return byte(from_end) | byte(from_end - 1) << 8U | byte(from_end - 2) << 16U |
           byte(from_end - 3) << 24U;
  };
  const auto sum =
      crc32_z(0, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  if (member.content.size() < 18 || number(8) != sum ||
      number(4) != static_cast<uint32_t>(content.size()))
    throw Damage("the checksum of " + member.path + " is wrong");
}

// Takes the member's content, of which nothing is needed any more.
std::string unpacked(Entry& member, const Kind& kind, Budget& budget) {
  const std::string& bytes = member.content;
  if (kind.compression == Compression::none)
    return std::move(member.content);
  const Archive in = new_archive();
  check(in, member.path, kind.support(in.get()));
  check(in, member.path, archive_read_support_format_raw(in.get()));
  open_memory(in, member.path, bytes);
  archive_entry* entry = nullptr;
  check(in, member.path, archive_read_next_header(in.get(), &entry));
  if (archive_filter_code(in.get(), 0) != kind.code)
    throw Damage(member.path + " is not compressed as its name says");
  std::string out = content_of(in, member.path, budget, 0);
  if (archive_filter_bytes(in.get(), -1) != static_cast<la_int64_t>(bytes.size()))
    throw Damage("there are bytes after the end of " + member.path);
  if (kind.compression == Compression::gzip)
    check_gzip_trailer(member, out);
  return out;
}

// gzip's header holds more than the content: a time, a system, how hard it tried.
bool is_plain_gzip(std::string_view bytes) {
  return bytes.size() > 10 &&
         bytes.substr(0, 10) == std::string_view("\x1f\x8b\x08\0\0\0\0\0\x02\x03", 10);
}

std::vector<Entry> read_tar(Entry& member, const Kind& kind, int64_t mtime, Budget budget,
                            std::vector<std::string>& oddities) {
  bool plain = kind.compression != Compression::gzip || is_plain_gzip(member.content);
  std::string tar = unpacked(member, kind, budget);
  std::string().swap(member.content);
  const Archive in = new_archive();
  check(in, member.path, archive_read_support_filter_none(in.get()));
  check(in, member.path, archive_read_support_format_tar(in.get()));
  open_memory(in, member.path, tar);
  Budget in_it{tar.size()}; // a file with holes may be larger, and is none of ours
  auto entries = entries_of(in, member.path, in_it, nullptr);
  std::vector<tarball::Member> members;
  for (const auto& entry : entries) {
    plain = plain && (entry.kind == "file" || entry.kind == "dir");
    members.push_back({entry.path, entry.content, entry.kind == "dir"});
  }
  if (!plain || !tarball::is_tar_of(members, mtime, tar))
    oddities.push_back("a " + member.path + " that is not in the form that kpb writes");
  return entries;
}

} // namespace

std::string absolute_path(std::string_view path) {
  if (path.substr(0, 2) == "./")
    path.remove_prefix(1);
  std::string out = (path.empty() || path.front() != '/' ? "/" : "") + std::string(path);
  if (out.size() > 1 && out.back() == '/')
    out.pop_back();
  return out == "/." ? "/" : out;
}

Package read_package(std::string_view bytes) {
  if (bytes.substr(0, k_magic.size()) != k_magic)
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "deb-not-a-package",
                      .what = "it is not a Debian package"});
  Budget whole{k_largest_package};
  const Archive in = new_archive();
  check(in, "the archive", archive_read_support_format_ar(in.get()));
  open_memory(in, "the archive", bytes);
  int64_t mtime = 0;
  auto members = entries_of(in, "the archive", whole, &mtime);
  if (members.empty() || members[0].path != "debian-binary" ||
      members[0].content.substr(0, 2) != "2.")
    throw sdk::Error({.fault = sdk::Fault::input,
                      .code = "deb-not-a-package",
                      .what = "it is not a Debian package of format 2"});
  if (members.size() != 3)
    throw Damage("it has " + std::to_string(members.size()) + " members", "a deb has three");
  const Kind* control = kind_of_member(members[1].path, "control.tar");
  const Kind* data = kind_of_member(members[2].path, "data.tar");
  if (control == nullptr || data == nullptr)
    throw Damage("its members are " + members[1].path + " and " + members[2].path,
                 "they are control.tar and data.tar, packed by xz, gzip, zstd or not at all");
  Package package;
  std::vector<tarball::Member> again;
  for (const auto& member : members)
    again.push_back({member.path, member.content});
  // Behind the last member dpkg reads on and apt does not.
  if (members[0].content != "2.0\n" || !tarball::is_ar_of(again, mtime, bytes))
    package.oddities.push_back("an ar archive that is not in the form that kpb writes");
  package.control =
      read_tar(members[1], *control, mtime, {k_largest_package_header}, package.oddities);
  package.files = read_tar(members[2], *data, mtime, {k_largest_package}, package.oddities);
  return package;
}

} // namespace kpb::deb
