// SPDX-License-Identifier: GPL-2.0-only
//
// See tree_writer.hpp.
#include "core/kernel/tree_writer.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/kernel/archive.hpp"
#include "core/kernel/tree_filter.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

// Linux 7.2 has 95,000 files in 1.7 GB. Something far larger is not a kernel, or is meant to fill the disk.
constexpr uint64_t k_max_bytes = uint64_t{16} << 30U;
constexpr uint64_t k_max_file = uint64_t{1} << 30U;
constexpr size_t k_max_files = 500000;

} // namespace

TreeWriter::TreeWriter(const RunContext& context, std::string directory, std::string origin)
    : m_context(context), m_directory(std::move(directory)), m_origin(std::move(origin)) {}

bool TreeWriter::refuse(const std::string& path, const std::string& why) const {
  return m_context.fail({.fault = Fault::input,
                         .code = "kernel-source",
                         .where = m_origin,
                         .what = fmt::format("it holds {}", shown(path)),
                         .why = why,
                         .hint = "unpack the source yourself and give its directory"});
}

bool TreeWriter::failed(const SystemError& error) const {
  if (error.number == EFBIG)
    return refuse(error.path, "it is larger than any file of a kernel's source, " +
                                  std::to_string(k_max_file) + " bytes");
  const bool ours = error.path.starts_with(m_directory);
  return m_context.fail({.fault = ours || error.number != 0 ? Fault::environment : Fault::input,
                         .code = ours ? "kernel-store" : "kernel-source",
                         .where = ours ? "" : m_origin,
                         .what = error.text()});
}

bool TreeWriter::make_parents(const std::string& path) {
  const std::string parent = parent_path(path);
  if (parent == "." || m_directories.count(parent) != 0)
    return true;
  if (m_entries.count(parent) != 0)
    return refuse(path, "its parent is not a directory");
  if (!make_parents(parent))
    return false;
  if (auto made = m_context.files.make_directory(m_directory + "/" + parent, 0755); !made)
    return failed(made.error());
  m_directories.insert(parent);
  return true;
}

bool TreeWriter::check_path(const std::string& path) const {
  if (path.empty() || member_path(path) != path)
    return refuse(path, "the path leaves the tree");
  if (m_entries.count(path) != 0 || m_directories.count(path) != 0)
    return refuse(path, "it occurs twice");
  if (m_entries.size() + m_directories.size() >= k_max_files)
    return refuse(path,
                  "it has more files than any kernel's source, " + std::to_string(k_max_files));
  return true;
}

bool TreeWriter::add_file(const std::string& path, bool executable, ByteSource& content) {
  if (is_build_product(path))
    return true;
  if (!check_path(path) || !make_parents(path))
    return false;
  const std::string to = m_directory + "/" + path;
  const auto copied = copy_bytes(m_context.files, content, to, executable ? 0755 : 0644, k_max_file,
                                 m_context.interrupts);
  if (!copied)
    return failed(copied.error());
  if (copied->is_elf) { // a compiler made it
    if (auto removed = m_context.files.remove(to); !removed)
      return failed(removed.error());
    return true;
  }
  m_bytes += copied->size;
  m_entries[path] = {executable ? 'x' : 'f', copied->sha256};
  if (m_bytes > k_max_bytes)
    return refuse(path, "it is larger than any kernel's source, " + std::to_string(k_max_bytes) +
                            " bytes");
  return true;
}

bool TreeWriter::add_symlink(const std::string& path, const std::string& target) {
  if (is_build_product(path))
    return true;
  if (!check_path(path))
    return false;
  if (!stays_inside(path, target)) {
    if (m_left_out.size() >= k_max_files)
      return refuse(path, "it has more symlinks than any kernel's source");
    m_left_out.push_back(path);
    return true;
  }
  if (!make_parents(path))
    return false;
  m_entries[path] = {'l', target};
  return true;
}

bool TreeWriter::add_hardlink(const std::string& path, const std::string& to) {
  const auto there = m_entries.find(to);
  if (is_build_product(path) || is_build_product(to))
    return true;
  if (there == m_entries.end() || there->second.kind == 'l')
    return refuse(path, "it is a link to " + shown(to) + ", which is not a file of the tree");
  auto file = m_context.files.open(m_directory + "/" + to);
  if (!file)
    return failed(file.error());
  FileSource source(std::move(*file));
  return add_file(path, there->second.kind == 'x', source);
}

bool TreeWriter::finish() {
  Sha256 digest;
  for (const auto& [path, entry] : m_entries) {
    if (entry.kind == 'l')
      if (auto made = m_context.files.make_symlink(entry.value, m_directory + "/" + path); !made)
        return failed(made.error());
    digest.update(path + '\0' + entry.kind + entry.value + '\0');
  }
  m_digest = digest.hex();
  warn_of_links();
  return true;
}

void TreeWriter::warn_of_links() const {
  if (m_left_out.empty())
    return;
  const size_t count = m_left_out.size();
  const std::string first = shown(m_left_out.front());
  warn(m_context.diagnostics,
       {.code = "kernel-source-links",
        .where = m_origin,
        .what = count == 1 ? fmt::format("the symlink {} is left out", first)
                           : fmt::format("{} symlinks were left out, for example {}", count, first),
        .why = count == 1 ? "it leads out of the tree" : "they lead out of the tree"});
}

} // namespace kpb
