// SPDX-License-Identifier: GPL-2.0-only
//
// A FileSystem in memory that records every call and fails the one that a test selects. So whole
// passes run without a disk, and each of their error paths can be tested.
#ifndef KPB_TESTS_UNIT_MEMORY_FILESYSTEM_HPP
#define KPB_TESTS_UNIT_MEMORY_FILESYSTEM_HPP

#include "core/base/text.hpp"
#include "core/system/filesystem.hpp"

#include <cerrno>
#include <map>
#include <sys/mman.h>
#include <unistd.h>

namespace kpb_test {

class MemoryFileSystem final : public kpb::FileSystem {
public:
  using Type = kpb::FileInfo::Type;
  struct Node {
    Type type = Type::regular;
    std::string content; // for a symlink: its target
    uint32_t mode = 0644;
    int64_t mtime = 0;
    uint64_t size = 0; // if not 0, reported instead of the content's size
    uint64_t inode = 0;
    int64_t changed_ns = 0;
  };

  // For a test's setup; parent directories are created.
  Node& put(const std::string& path, Node node) {
    const std::string at = absolute(path);
    for (std::string up = kpb::parent_path(at); up != "/"; up = kpb::parent_path(up))
      nodes.emplace(up, Node{Type::directory, "", 0755});
    return nodes[at] = std::move(node);
  }
  Node& file(const std::string& path, const std::string& content, int64_t mtime = 0) {
    return put(path, {Type::regular, content, 0644, mtime});
  }
  Node& directory(const std::string& path, uint32_t mode = 0755) {
    return put(path, {Type::directory, "", mode});
  }
  Node& symlink(const std::string& path, const std::string& to) {
    return put(path, {Type::symlink, to, 0777});
  }
  bool has(const std::string& path) const { return nodes.count(absolute(path)) != 0; }
  // The names in a directory, including hidden ones.
  std::vector<std::string> names(const std::string& path) const {
    const std::string below = absolute(path) == "/" ? "/" : absolute(path) + "/";
    std::vector<std::string> out;
    for (const auto& [at, node] : nodes)
      if (at.size() > below.size() && at.starts_with(below) &&
          at.find('/', below.size()) == std::string::npos)
        out.push_back(at.substr(below.size()));
    return out;
  }

  std::map<std::string, Node> nodes{{"/", {Type::directory, "", 0755}},
                                    {"/tmp", {Type::directory, "", 01777}},
                                    {"/cwd", {Type::directory, "", 0755}}};
  std::string current = "/cwd";
  std::vector<std::string> calls; // "write_new /cwd/x"
  size_t fail_at = 0;             // the call that fails, counted from 1; 0 for none
  int fail_errno = EIO;

  kpb::Result<kpb::FileInfo> stat(const std::string& path, bool follow) override {
    if (auto failed = called("stat", path))
      return tl::unexpected(*failed);
    const auto real = real_path(path, follow);
    if (!real || nodes.count(*real) == 0)
      return error(ENOENT, "examine", path);
    const Node& node = nodes.at(*real);
    return kpb::FileInfo{node.type,
                         node.size != 0 ? node.size : node.content.size(),
                         node.mtime,
                         node.mode,
                         1,
                         node.inode,
                         kpb::nanoseconds(node.mtime, 0),
                         node.changed_ns};
  }
  kpb::Result<std::string> read(const std::string& path, uint64_t limit) override {
    if (auto failed = called("read", path))
      return tl::unexpected(*failed);
    const auto real = real_path(path, true);
    if (!real || nodes.count(*real) == 0)
      return error(ENOENT, "open", path);
    const Node& node = nodes.at(*real);
    if (node.type != Type::regular)
      return tl::unexpected(kpb::SystemError{0, "it is not a regular file", path});
    if (node.content.size() > limit)
      return error(EFBIG, "read", path);
    return node.content;
  }
  kpb::Status write_new(const std::string& path, std::string_view content, uint32_t mode,
                        bool durable) override {
    if (auto failed = called(durable ? "write_new durable" : "write_new", path))
      return tl::unexpected(*failed);
    const auto directory = real_path(kpb::parent_path(absolute(path)), true);
    if (!directory || nodes.count(*directory) == 0)
      return error(ENOENT, "create", path);
    const std::string at = *directory + "/" + kpb::base_name(path);
    if (!nodes.emplace(at, Node{Type::regular, std::string(content), mode}).second)
      return error(EEXIST, "create", path);
    return {};
  }
  kpb::Status make_directory(const std::string& path, uint32_t mode) override {
    if (auto failed = called("make_directory", path))
      return tl::unexpected(*failed);
    nodes.emplace(absolute(path), Node{Type::directory, "", mode});
    return {};
  }
  kpb::Result<std::string> make_private_directory(const std::string& parent,
                                                  const std::string& prefix,
                                                  const std::string& suffix) override {
    if (auto failed = called("make_private_directory", parent))
      return tl::unexpected(*failed);
    const std::string path = parent + "/" + prefix + "random" + suffix;
    nodes[path] = {Type::directory, "", 0700};
    return path;
  }
  kpb::Status rename(const std::string& from, const std::string& to) override {
    if (auto failed = called("rename", from + " " + to))
      return tl::unexpected(*failed);
    if (nodes.count(absolute(to)) != 0 && nodes.at(absolute(to)).type == Type::directory)
      return error(EISDIR, "write", to);
    auto moved = nodes.extract(absolute(from));
    if (moved.empty())
      return error(ENOENT, "write", to);
    nodes[absolute(to)] = std::move(moved.mapped());
    const std::string below = absolute(from) + "/";
    for (auto it = nodes.lower_bound(below); it != nodes.end() && it->first.starts_with(below);
         it = nodes.erase(it))
      nodes[absolute(to) + "/" + it->first.substr(below.size())] = it->second;
    return {};
  }
  kpb::Status remove(const std::string& path) override {
    if (auto failed = called("remove", path))
      return tl::unexpected(*failed);
    nodes.erase(absolute(path));
    return {};
  }
  kpb::Status remove_tree(const std::string& path) override {
    if (auto failed = called("remove_tree", path))
      return tl::unexpected(*failed);
    const std::string at = absolute(path);
    for (auto it = nodes.lower_bound(at); it != nodes.end() && it->first.starts_with(at);)
      it = it->first.size() == at.size() || it->first[at.size()] == '/' ? nodes.erase(it)
                                                                        : std::next(it);
    return {};
  }
  kpb::Status copy_tree(const std::string& from, const std::string& to,
                        const std::function<bool()>& stop) override {
    if (auto failed = called("copy_tree", from + " " + to))
      return tl::unexpected(*failed);
    if (stop())
      return error(EINTR, "write", to);
    std::map<std::string, Node> copies;
    for (const auto& [at, node] : nodes)
      if (at == from || at.starts_with(from + "/"))
        copies[to + at.substr(from.size())] = node;
    if (copies.empty())
      return error(ENOENT, "open", from);
    nodes.merge(copies);
    return {};
  }
  uint64_t disk_use(const std::string& path) override {
    const std::string at = absolute(path);
    uint64_t total = 0;
    for (auto it = nodes.lower_bound(at); it != nodes.end() && it->first.starts_with(at); ++it)
      if (it->first.size() == at.size() || it->first[at.size()] == '/')
        total += it->second.size != 0 ? it->second.size : it->second.content.size();
    return total;
  }
  kpb::Result<std::vector<std::string>> list(const std::string& path) override {
    if (auto failed = called("list", path))
      return tl::unexpected(*failed);
    if (!has(path))
      return error(ENOENT, "open", path);
    return names(path);
  }
  kpb::Status sync_directory(const std::string& path) override {
    if (auto failed = called("sync_directory", path))
      return tl::unexpected(*failed);
    return {};
  }
  kpb::Result<std::string> resolve(const std::string& path) override {
    if (auto failed = called("resolve", path))
      return tl::unexpected(*failed);
    const auto real = real_path(path, true);
    if (!real || nodes.count(*real) == 0)
      return error(ENOENT, "find", path);
    return *real;
  }

  kpb::Result<std::unique_ptr<kpb::OpenFile>> open(const std::string& path) override {
    const auto content = read(path, UINT64_MAX);
    if (!content)
      return tl::unexpected(content.error());
    const auto info = stat(path, true);
    // The caller needs a descriptor, and this file does not exist on the machine.
    const int fd = ::memfd_create("kpb-test", MFD_CLOEXEC);
    if (!info || fd < 0 ||
        ::write(fd, content->data(), content->size()) != static_cast<ssize_t>(content->size()))
      return error(EIO, "open", path);
    return std::make_unique<kpb::OpenFile>(fd, path, *info);
  }
  kpb::Result<std::unique_ptr<kpb::NewFile>> create(const std::string& path,
                                                    uint32_t mode) override {
    if (auto made = write_new(path, "", mode, false); !made)
      return tl::unexpected(made.error());
    return std::make_unique<MemoryNewFile>(*this, path);
  }
  kpb::Status make_symlink(const std::string& target, const std::string& path) override {
    if (auto failed = called("make_symlink", path))
      return tl::unexpected(*failed);
    if (!nodes.emplace(absolute(path), Node{Type::symlink, target, 0777}).second)
      return error(EEXIST, "create", path);
    return {};
  }
  kpb::Result<std::string> read_link(const std::string& path) override {
    if (auto failed = called("read_link", path))
      return tl::unexpected(*failed);
    const auto node = nodes.find(real_path(path, false).value_or(""));
    if (node == nodes.end() || node->second.type != Type::symlink)
      return error(EINVAL, "read", path);
    return node->second.content;
  }
  kpb::Result<std::unique_ptr<kpb::FileLock>> lock(const std::string& path, bool exclusive,
                                                   const std::string& holder) override {
    if (auto failed = called(exclusive ? "lock exclusive" : "lock shared", path))
      return tl::unexpected(*failed);
    if (!has(kpb::parent_path(path)))
      return error(ENOENT, "lock", path);
    const std::string at = absolute(path);
    const bool held = locks.count(at) != 0 && locks[at].use_count() > 1;
    if (held && (exclusive || *locks[at] < 0))
      return error(EWOULDBLOCK, "lock", path);
    if (!held)
      locks[at] = std::make_shared<int>(exclusive ? -1 : 1);
    Node& node = nodes[at];
    node.content = (exclusive ? "" : node.content) + holder + "\n";
    return std::make_unique<MemoryLock>(locks[at]);
  }
  kpb::Status sync_all(const std::string& path) override {
    if (auto failed = called("sync_all", path))
      return tl::unexpected(*failed);
    return {};
  }

private:
  class MemoryNewFile final : public kpb::NewFile {
  public:
    MemoryNewFile(MemoryFileSystem& files, std::string path)
        : m_files(files), m_path(std::move(path)) {}
    ~MemoryNewFile() override {
      if (!m_committed)
        m_files.nodes.erase(m_files.absolute(m_path));
    }
    MemoryNewFile(const MemoryNewFile&) = delete;
    MemoryNewFile& operator=(const MemoryNewFile&) = delete;
    kpb::Status write(std::string_view content) override {
      if (auto failed = m_files.called("write", m_path))
        return tl::unexpected(*failed);
      m_files.nodes[m_files.absolute(m_path)].content += content;
      return {};
    }
    kpb::Status commit(int64_t mtime) override {
      if (auto failed = m_files.called("commit", m_path))
        return tl::unexpected(*failed);
      m_files.nodes[m_files.absolute(m_path)].mtime = mtime;
      m_committed = true;
      return {};
    }

  private:
    MemoryFileSystem& m_files;
    std::string m_path;
    bool m_committed = false;
  };
  // All holders of a lock share its number: -1 means exclusive, 1 shared.
  class MemoryLock final : public kpb::FileLock {
  public:
    explicit MemoryLock(std::shared_ptr<int> held) : m_held(std::move(held)) {}

  private:
    std::shared_ptr<int> m_held;
  };

  std::map<std::string, std::shared_ptr<int>> locks;

  static tl::unexpected<kpb::SystemError> error(int number, const char* operation,
                                                const std::string& path) {
    return tl::unexpected(kpb::SystemError{number, operation, path});
  }
  std::string absolute(const std::string& path) const {
    std::string out;
    for (const std::string& part : kpb::split(path[0] == '/' ? path : current + "/" + path, '/'))
      if (!part.empty() && part != ".")
        out += "/" + part;
    return out.empty() ? "/" : out;
  }
  // Resolves symlinks, also in parent directories; nothing if they form a cycle.
  std::optional<std::string> real_path(const std::string& path, bool follow, int links = 0) const {
    std::string at;
    const auto parts = kpb::split(absolute(path).substr(1), '/');
    for (size_t i = 0; i < parts.size(); ++i) {
      at += "/" + parts[i];
      const auto node = nodes.find(at);
      const bool last = i + 1 == parts.size();
      if (node == nodes.end() || node->second.type != Type::symlink || (last && !follow))
        continue;
      if (links > 8)
        return std::nullopt;
      const std::string& to = node->second.content;
      const auto real =
          real_path(to[0] == '/' ? to : kpb::parent_path(at) + "/" + to, true, links + 1);
      if (!real)
        return std::nullopt;
      at = *real;
    }
    return at.empty() || at == "/" ? "/" : at;
  }
  std::optional<kpb::SystemError> called(const std::string& call, const std::string& path) {
    calls.push_back(call + " " + path);
    if (calls.size() == fail_at)
      return kpb::SystemError{fail_errno, call, path};
    return std::nullopt;
  }
};

} // namespace kpb_test

#endif
