// SPDX-License-Identifier: GPL-2.0-only
//
// See file_digests.hpp.
#include "core/series/file_digests.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"

#include <cerrno>

namespace kpb {

namespace {

constexpr uint64_t k_max_input = 1ULL << 30U;
constexpr int64_t k_settled_seconds = 2, k_nanoseconds = 1'000'000'000;
constexpr int k_max_depth = 16; // as the reader of a module's directory has it

} // namespace

void FileDigests::load(std::string_view text) {
  for (const auto& line : split(text, '\n')) {
    const auto f = split(line, '\t');
    if (f.size() != 7 || f[0].size() != 64)
      continue;
    const auto size = parse_unsigned(f[1], UINT64_MAX), device = parse_unsigned(f[2], UINT64_MAX),
               inode = parse_unsigned(f[3], UINT64_MAX), modified = parse_unsigned(f[4], INT64_MAX),
               changed = parse_unsigned(f[5], INT64_MAX);
    if (size && device && inode && modified && changed)
      m_known[f[6]] = {
          *size, *device, *inode, static_cast<int64_t>(*modified), static_cast<int64_t>(*changed),
          f[0]};
  }
}

std::string FileDigests::dump() const {
  std::string out;
  for (const auto& [path, k] : m_known)
    if (path.find_first_of("\t\n") == std::string::npos &&
        k.changed_ns / k_nanoseconds + k_settled_seconds < m_now)
      out += k.sha256 + "\t" + std::to_string(k.size) + "\t" + std::to_string(k.device) + "\t" +
             std::to_string(k.inode) + "\t" + std::to_string(k.modified_ns) + "\t" +
             std::to_string(k.changed_ns) + "\t" + path + "\n";
  return out;
}

Result<FileDigests::Entry> FileDigests::of(const std::string& path) {
  if (const auto asked = m_asked.find(path); asked != m_asked.end())
    return asked->second;
  const auto info = m_files.stat(path);
  if (!info)
    return tl::unexpected(info.error());
  auto entry =
      info->type == FileInfo::Type::directory ? of_directory(path, 0) : of_file(path, *info);
  if (entry)
    m_asked.emplace(path, *entry);
  return entry;
}

Result<FileDigests::Entry> FileDigests::of_file(const std::string& path, const FileInfo& info) {
  const auto known = m_known.find(path);
  if (known != m_known.end() && info.changed_ns != 0) {
    const auto& k = known->second;
    if (k.size == info.size && k.device == info.device && k.inode == info.inode &&
        k.modified_ns == info.modified_ns && k.changed_ns == info.changed_ns)
      return Entry{k.sha256, info.mtime};
  }
  const auto content = m_files.read(path, k_max_input);
  if (!content)
    return tl::unexpected(content.error());
  m_changed = true;
  const std::string digest = sha256_hex(*content);
  m_known[path] = {info.size, info.device, info.inode, info.modified_ns, info.changed_ns, digest};
  return Entry{digest, info.mtime};
}

Result<FileDigests::Entry> FileDigests::of_directory(const std::string& path, int depth) {
  const auto names = m_files.list(path);
  if (!names)
    return tl::unexpected(names.error());
  if (depth > k_max_depth)
    return tl::unexpected(SystemError{0, "its directories are nested too deep", path});
  std::string text;
  int64_t mtime = 0;
  for (const auto& name : *names) {
    if (name[0] == '.')
      continue;
    const std::string child = path + "/" + name;
    const auto info = m_files.stat(child);
    if (!info)
      return tl::unexpected(info.error());
    const auto entry = info->type == FileInfo::Type::directory ? of_directory(child, depth + 1)
                                                               : of_file(child, *info);
    if (!entry)
      return entry;
    text += entry->sha256 + " " + name + "\n";
    mtime = std::max(mtime, entry->mtime);
  }
  return Entry{sha256_hex(text), mtime};
}

} // namespace kpb
