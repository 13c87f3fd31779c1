// SPDX-License-Identifier: GPL-2.0-only
//
// The only way to write a kernel's tree/: wherever the source comes from, each path is checked here, written with
// a mode and a time that depend on the content alone, and added to the tree's digest.
#ifndef KPB_CORE_KERNEL_TREE_WRITER_HPP
#define KPB_CORE_KERNEL_TREE_WRITER_HPP

#include "core/kernel/byte_source.hpp"
#include "core/run/context.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace kpb {

class TreeWriter {
public:
  // `directory` is new and empty; `origin` is what the user called the source.
  TreeWriter(const RunContext& context, std::string directory, std::string origin);

  // Paths are relative to the tree. Files that a build has made are left out. False after a report.
  bool add_file(const std::string& path, bool executable, ByteSource& content);
  bool add_symlink(const std::string& path, const std::string& target);
  // A second name for a file that was added before; in the tree it becomes a file of its own.
  bool add_hardlink(const std::string& path, const std::string& to);
  // Makes the symlinks (last, so that nothing is ever written through one), warns of those that were left out,
  // and computes the digest.
  bool finish();

  // SHA-256 over the sorted paths, each with its kind and the digest of its content or its target.
  const std::string& digest() const { return m_digest; }
  size_t files() const { return m_entries.size(); }

private:
  struct Entry {
    char kind = 'f'; // 'f', 'x' (executable) or 'l'
    std::string value;
  };
  bool check_path(const std::string& path) const;
  bool make_parents(const std::string& path);
  void warn_of_links() const;
  bool refuse(const std::string& path, const std::string& why) const;
  bool failed(const SystemError& error) const;

  const RunContext& m_context;
  std::string m_directory;
  std::string m_origin;
  std::map<std::string, Entry> m_entries;
  std::set<std::string> m_directories;
  std::vector<std::string> m_left_out; // symlinks that leave the tree
  uint64_t m_bytes = 0;
  std::string m_digest;
};

} // namespace kpb

#endif
