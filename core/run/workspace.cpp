// SPDX-License-Identifier: GPL-2.0-only
//
// See workspace.hpp.
#include "core/run/workspace.hpp"

#include "core/base/text.hpp"
#include "core/model/names.hpp"
#include "core/run/log.hpp"
#include "core/system/last_will.hpp"

#include <cerrno>

namespace kpb {

Workspace::Workspace(FileSystem& files, const Environment& environment, std::string prefix,
                     std::string suffix)
    : m_files(files), m_parent("/tmp"), m_wanted("/tmp"), m_prefix(std::move(prefix)),
      m_suffix(std::move(suffix)) {
  std::string wanted = environment.variable("TMPDIR").value_or("");
  while (wanted.ends_with("/"))
    wanted.pop_back();
  if (!is_safe_path(wanted))
    return;
  // A symlink with a plain name may lead to a directory whose name has unusual characters.
  const auto real = m_files.resolve(wanted);
  if (real && is_safe_path(*real)) {
    m_parent = *real;
    m_wanted = wanted;
  }
}

Workspace::Workspace(FileSystem& files, std::string parent, std::string prefix, std::string suffix)
    : m_files(files), m_parent(parent), m_wanted(std::move(parent)), m_prefix(std::move(prefix)),
      m_suffix(std::move(suffix)) {}

Workspace::~Workspace() { (void)remove(); }

Status Workspace::remove() {
  if (m_path.empty())
    return {};
  auto removed = m_files.remove_tree(m_path);
  forget_temporary(m_path);
  m_path.clear();
  m_held.lock.reset();
  return removed;
}

Result<std::string> Workspace::make_root() {
  if (m_path.empty()) {
    if (const Distrust why = m_files.distrust(m_wanted, Wanted::parent); !why.empty())
      return tl::unexpected(why.number != 0 ? SystemError{why.number, "use", m_parent}
                                            : SystemError{0, why.why, m_parent});
    const size_t swept =
        m_files.sweep(m_parent, {Leftovers::Kind::directories, m_prefix, m_suffix});
    if (swept != 0 && debug_log_enabled())
      debug_log("workspace", std::to_string(swept) + " left by killed runs removed");
    auto made = m_files.make_held_directory(m_parent, m_prefix, m_suffix);
    if (!made)
      return tl::unexpected(made.error());
    m_held = std::move(*made);
    m_path = m_held.path;
    register_temporary(m_path);
  }
  return m_path;
}

Result<std::string> Workspace::path() {
  auto root = make_root();
  while (root && !m_pending.empty()) {
    const auto first = m_pending.begin();
    if (const auto done = put_on_disk(first->first, first->second); !done)
      return tl::unexpected(done.error());
    m_pending.erase(first);
  }
  m_on_disk = static_cast<bool>(root);
  return root;
}

Result<std::string> Workspace::file(const std::string& relative) {
  const auto root = make_root();
  if (!root)
    return root;
  if (const auto pending = m_pending.find(relative); pending != m_pending.end()) {
    if (const auto done = put_on_disk(relative, pending->second); !done)
      return tl::unexpected(done.error());
    m_pending.erase(pending);
  }
  return *root + "/" + relative;
}

Status Workspace::put_on_disk(const std::string& relative, std::string_view content) {
  std::string directory = m_path;
  const auto parts = split(relative, '/');
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    directory += "/" + parts[i];
    if (auto made = m_files.make_directory(directory, 0755); !made)
      return made;
    if (const auto info = m_files.stat(directory, /*follow=*/false);
        !info || info->type != FileInfo::Type::directory)
      return tl::unexpected(info ? SystemError{ELOOP, "write", directory} : info.error());
  }
  return m_files.write_new(m_path + "/" + relative, content, 0644, /*durable=*/false);
}

Status Workspace::write(const std::string& relative, std::string_view content) {
  if (m_on_disk)
    return put_on_disk(relative, content);
  // A file that was written before keeps its content; lend() then refuses the new one.
  return lend(relative, m_owned.emplace(relative, content).first->second);
}

Status Workspace::lend(const std::string& relative, std::string_view content) {
  if (m_on_disk)
    return put_on_disk(relative, content);
  const bool on_disk = !m_path.empty() && m_files.stat(m_path + "/" + relative, /*follow=*/false);
  if (on_disk || !m_pending.emplace(relative, content).second)
    return tl::unexpected(SystemError{EEXIST, "create", relative});
  return {};
}

Result<std::string> Workspace::read(const std::string& relative, uint64_t limit) {
  if (const auto pending = m_pending.find(relative); pending != m_pending.end()) {
    if (pending->second.size() > limit)
      return tl::unexpected(SystemError{EFBIG, "read", relative});
    return std::string(pending->second);
  }
  if (m_path.empty())
    return tl::unexpected(SystemError{ENOENT, "open", relative});
  const std::string path = m_path + "/" + relative;
  const auto base = m_files.resolve(m_path);
  const auto real = m_files.resolve(path);
  if (!base || !real)
    return tl::unexpected(base ? real.error() : base.error());
  if (*real != *base + "/" + relative)
    return tl::unexpected(SystemError{ELOOP, "open", path});
  return m_files.read(path, limit);
}

Status Workspace::list_below(const std::string& directory, const std::string& prefix,
                             std::vector<std::string>& out) {
  const auto names = m_files.list(directory);
  if (!names)
    return tl::unexpected(names.error());
  for (const auto& name : *names) {
    const std::string path = directory + "/" + name;
    const auto info = m_files.stat(path, /*follow=*/false);
    if (!info)
      return tl::unexpected(info.error());
    if (info->type == FileInfo::Type::regular)
      out.push_back(prefix + name);
    else if (info->type == FileInfo::Type::directory)
      if (auto below = list_below(path, prefix + name + "/", out); !below)
        return below;
  }
  return {};
}

Result<std::vector<std::string>> Workspace::list(const std::string& relative) {
  const auto base = path();
  if (!base)
    return tl::unexpected(base.error());
  std::vector<std::string> out;
  if (auto done = list_below(relative.empty() ? *base : *base + "/" + relative, "", out); !done)
    return tl::unexpected(done.error());
  return out;
}

bool workspace_failed(DiagnosticSink& sink, const SystemError& error) {
  if (error.number == 0)
    return fail(sink, {.fault = Fault::environment,
                       .code = "workspace",
                       .what = "no workspace can be made in " + shown(error.path),
                       .why = error.operation,
                       .hint = "set TMPDIR to a directory that only you (or root) can change, or "
                               "that is sticky, like /tmp"});
  return fail(sink, {.fault = Fault::environment,
                     .code = "workspace",
                     .what = error.text(),
                     .hint = "make room, or set TMPDIR to a directory on a larger file system"});
}

} // namespace kpb
