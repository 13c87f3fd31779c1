// SPDX-License-Identifier: GPL-2.0-only
//
// See archive.hpp; the one file of the core that knows libarchive. Only filters that the library has
// built in are switched on: for others it would run programs that $PATH names.
#include "core/kernel/archive.hpp"

#include "core/base/limits.hpp"
#include "core/base/text.hpp"
#include "core/run/log.hpp"

#include <algorithm>
#include <archive.h>
#include <archive_entry.h>
#include <cerrno>
#include <vector>

namespace kpb {

namespace {

constexpr size_t k_buffer = size_t{128} * 1024;

using Filter = int (*)(archive*);
constexpr Filter k_filters[] = {
    archive_read_support_filter_gzip,  archive_read_support_filter_xz,
    archive_read_support_filter_lzma,  archive_read_support_filter_zstd,
    archive_read_support_filter_bzip2, archive_read_support_filter_rpm,
};

ArchiveMember::Type type_of(archive_entry* entry) {
  if (archive_entry_hardlink(entry) != nullptr)
    return ArchiveMember::Type::hardlink;
  switch (archive_entry_filetype(entry)) {
  case AE_IFREG: return ArchiveMember::Type::file;
  case AE_IFDIR: return ArchiveMember::Type::directory;
  case AE_IFLNK: return ArchiveMember::Type::symlink;
  default: return ArchiveMember::Type::other;
  }
}

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

// libarchive's words are for programmers ("INTERNAL ERROR: Function ..."), and differ from version to version.
std::string in_words(std::string_view said) {
  return contains(said, "runcated")                     ? "it ends too early"
         : contains(said, "nrecognized archive format") ? "it is no tar, cpio or ar archive"
                                                        : "it is damaged";
}

std::string more_than(uint64_t number, uint64_t most, const std::string& of) {
  return std::to_string(number) + of + ", more than " + std::to_string(most);
}

// A path is bounded before anybody makes directories of it, or text of its parts.
std::string too_long(const std::string& path) {
  if (path.size() > k_longest_path)
    return "it holds a path of " + more_than(path.size(), k_longest_path, " bytes");
  const auto depth = static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
  return depth > k_deepest_path
             ? "it holds a path of " + more_than(depth, k_deepest_path, " directories")
             : "";
}

} // namespace

struct Archive::State {
  archive* reader = archive_read_new();
  ByteSource* source = nullptr;
  std::vector<char> buffer = std::vector<char>(k_buffer);
  SystemError failure; // of the source, when that is why libarchive gave up
  std::string member;
  size_t members = 0;
  bool ended = false; // there is no member, so no content: libarchive has no answer for that

  State() = default;
  ~State() { archive_read_free(reader); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  tl::unexpected<SystemError> error() const {
    if (failure.number != 0 || !failure.operation.empty())
      return tl::unexpected(failure);
    // That it cannot be unpacked is said by whoever wanted that; here is why.
    const std::string said = text_of(archive_error_string(reader));
    log(LogLevel::debug, "libarchive", source->path() + ": " + said);
    return refusal(in_words(said));
  }
  tl::unexpected<SystemError> refusal(const std::string& why) const {
    return tl::unexpected(SystemError{0, why, source->path()});
  }

  // What was unpacked, and what the member that comes says that it has: a member that nobody wants is unpacked too.
  std::string too_much(int64_t to_come) const {
    const auto so_far =
        static_cast<uint64_t>(std::max<int64_t>(archive_filter_bytes(reader, 0), 0));
    const uint64_t all = so_far + static_cast<uint64_t>(std::max<int64_t>(to_come, 0));
    return all > k_largest_archive ? "it unpacks to " + more_than(all, k_largest_archive, " bytes")
                                   : "";
  }

  static la_ssize_t more(archive* reader, void* context, const void** data) {
    auto& state = *static_cast<State*>(context);
    const auto n = state.source->read(state.buffer.data(), state.buffer.size());
    if (!n) {
      state.failure = n.error();
      archive_set_error(reader, EIO, "its source cannot be read");
      return -1;
    }
    *data = state.buffer.data();
    return static_cast<la_ssize_t>(*n);
  }
};

Archive::Archive(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Archive::~Archive() = default;

Result<std::unique_ptr<Archive>> Archive::open(ByteSource& source, Form form) {
  auto state = std::make_unique<State>();
  state->source = &source;
  archive* reader = state->reader;
  if (reader == nullptr)
    return tl::unexpected(SystemError{ENOMEM, "read", source.path()});
  for (const Filter filter : k_filters)
    if (filter(reader) != ARCHIVE_OK)
      return tl::unexpected(
          SystemError{0, "this libarchive lacks one of gzip, xz, zstd, bzip2", source.path()});
  if (form == Form::single) {
    archive_read_support_format_raw(reader);
    archive_read_support_format_empty(reader);
  } else {
    archive_read_support_format_tar(reader);
    archive_read_support_format_cpio(reader);
    archive_read_support_format_ar(reader);
    // Names are bytes; the locale has no say.
    archive_read_set_options(reader, "hdrcharset=BINARY");
  }
  if (archive_read_open(reader, state.get(), nullptr, &State::more, nullptr) != ARCHIVE_OK)
    return state->error();
  return std::unique_ptr<Archive>(new Archive(std::move(state)));
}

Result<bool> Archive::next(ArchiveMember& member) {
  archive_entry* entry = nullptr;
  const int status = archive_read_next_header(m_state->reader, &entry);
  m_state->ended = status == ARCHIVE_EOF;
  if (m_state->ended)
    return false;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
    return m_state->error();
  member.type = type_of(entry);
  member.path = text_of(archive_entry_pathname(entry));
  member.link = member.type == ArchiveMember::Type::hardlink
                    ? text_of(archive_entry_hardlink(entry))
                    : text_of(archive_entry_symlink(entry));
  member.mode = static_cast<uint32_t>(archive_entry_perm(entry));
  if (++m_state->members > k_most_archive_members)
    return m_state->refusal("it has more than " + std::to_string(k_most_archive_members) +
                            " members");
  for (const auto& why :
       {too_long(member.path), too_long(member.link), m_state->too_much(archive_entry_size(entry))})
    if (!why.empty())
      return m_state->refusal(why);
  m_state->member = member.path;
  return true;
}

Result<size_t> Archive::read(char* to, size_t size) {
  if (m_state->ended)
    return size_t{0};
  const la_ssize_t n = archive_read_data(m_state->reader, to, size);
  if (n < 0)
    return m_state->error();
  if (const auto why = m_state->too_much(0); !why.empty())
    return m_state->refusal(why);
  return static_cast<size_t>(n);
}

std::string Archive::path() const {
  return m_state->member.empty() ? m_state->source->path()
                                 : m_state->source->path() + ": " + m_state->member;
}

std::string member_path(std::string_view path) {
  while (path.starts_with("./") || path.starts_with("/"))
    path.remove_prefix(path[0] == '/' ? 1 : 2);
  while (path.ends_with("/"))
    path.remove_suffix(1);
  for (const auto& part : split(path, '/'))
    if (part.empty() || part == "." || part == "..")
      return {};
  return std::string(path);
}

Result<FileKind> file_kind(FileSystem& files, const std::string& path) {
  const auto file = files.open(path);
  if (!file)
    return tl::unexpected(file.error());
  char head[8] = {};
  const auto n = (*file)->read_at(0, head, sizeof head);
  if (!n)
    return tl::unexpected(n.error());
  const std::string_view bytes(head, *n);
  // The lead of an RPM: magic, version, and a type that is 1 for sources.
  if (bytes.size() == 8 && bytes.starts_with("\xed\xab\xee\xdb"))
    return bytes[7] == 1 ? FileKind::source_rpm : FileKind::rpm;
  if (bytes == "!<arch>\n")
    return FileKind::deb;
  return bytes.starts_with("\x7f"
                           "ELF")
             ? FileKind::elf
             : FileKind::other;
}

Status visit_package(FileSystem& files, const std::string& path, FileKind kind,
                     const VisitMember& visit) {
  auto file = files.open(path);
  if (!file)
    return tl::unexpected(file.error());
  FileSource source(std::move(*file));
  auto outer = Archive::open(source, Archive::Form::members);
  if (!outer)
    return tl::unexpected(outer.error());
  Archive* payload = outer->get();
  std::unique_ptr<Archive> inner;
  ArchiveMember member;
  if (kind == FileKind::deb) {
    for (;;) {
      const auto more = (*outer)->next(member);
      if (!more)
        return tl::unexpected(more.error());
      if (!*more)
        return tl::unexpected(
            SystemError{0, "it is no Debian package: no data.tar is in it", path});
      if (member.path.starts_with("data.tar"))
        break;
    }
    auto opened = Archive::open(**outer, Archive::Form::members);
    if (!opened)
      return tl::unexpected(opened.error());
    inner = std::move(*opened);
    payload = inner.get();
  }
  for (;;) {
    const auto more = payload->next(member);
    if (!more)
      return tl::unexpected(more.error());
    if (!*more || !visit(member, *payload))
      return {};
  }
}

} // namespace kpb
