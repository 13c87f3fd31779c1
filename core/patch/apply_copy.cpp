// SPDX-License-Identifier: GPL-2.0-only
//
// See apply_copy.hpp.
#include "core/patch/apply_copy.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"

#include <cerrno>
#include <fmt/core.h>

namespace kpb {

namespace {

// The largest files of a kernel's source are generated register lists of some 20 MiB.
constexpr uint64_t k_max_source_file = 128ULL * 1024 * 1024;

bool cannot(const SystemError& error, DiagnosticSink& sink) {
  return fail(sink, {.fault = Fault::environment,
                     .code = "patch-check",
                     .what = "the patch cannot be tried",
                     .why = error.text()});
}

// The shortest beginning of `path` that exists below `tree` and is neither a directory nor a
// regular file.
std::optional<std::string> first_link(const std::string& tree, const std::string& path,
                                      FileSystem& files) {
  std::string at;
  for (const std::string& part : split(path, '/')) {
    at += (at.empty() ? "" : "/") + part;
    const auto info = files.stat(tree + "/" + at, /*follow=*/false);
    if (info && info->type != FileInfo::Type::directory && info->type != FileInfo::Type::regular)
      return at;
  }
  return std::nullopt;
}

bool make_parents(const std::string& directory, const std::string& path, FileSystem& files,
                  DiagnosticSink& sink) {
  std::string at = directory;
  const auto parts = split(path, '/');
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    at += "/" + parts[i];
    if (const auto made = files.make_directory(at, 0755); !made)
      return cannot(made.error(), sink);
  }
  return true;
}

Status snapshot_below(const std::string& directory, const std::string& prefix, FileSystem& files,
                      Snapshot& out) {
  const auto names = files.list(directory);
  if (!names)
    return tl::unexpected(names.error());
  for (const auto& name : *names) {
    const std::string path = directory + "/" + name;
    const auto info = files.stat(path, /*follow=*/false);
    if (!info)
      return tl::unexpected(info.error());
    if (info->type == FileInfo::Type::directory) {
      if (const auto done = snapshot_below(path, prefix + name + "/", files, out); !done)
        return done;
      continue;
    }
    if (info->type != FileInfo::Type::regular) {
      out[prefix + name] = "no regular file";
      continue;
    }
    const auto content = files.read(path, k_max_source_file + k_max_patch_size);
    if (!content)
      return tl::unexpected(content.error());
    out[prefix + name] = sha256_hex(*content) + ((info->mode & 0100U) != 0 ? " x" : "");
  }
  return {};
}

} // namespace

std::set<std::string> touched_paths(const std::vector<Patch>& patches) {
  std::set<std::string> out;
  for (const Patch& patch : patches)
    for (const PatchedFile& file : patch.files)
      out.insert(file.path());
  return out;
}

bool check_no_links(const std::vector<Patch>& patches, const std::string& tree, FileSystem& files,
                    DiagnosticSink& sink) {
  for (const Patch& patch : patches)
    for (const PatchedFile& file : patch.files)
      if (const auto link = first_link(tree, file.path(), files))
        return fail(sink,
                    {.fault = Fault::input,
                     .code = "patch-symlink",
                     .where = patch.where(file.line),
                     .what = fmt::format("{} cannot be patched", shown(file.path())),
                     .why = fmt::format("in the kernel's tree, {} is a symlink, or not a file",
                                        shown(*link)),
                     .hint = "patch the file that it points to"});
  return true;
}

bool copy_touched(const std::set<std::string>& paths, const std::string& tree,
                  const std::vector<std::string>& directories, FileSystem& files,
                  DiagnosticSink& sink) {
  for (const auto& path : paths) {
    const auto info = files.stat(tree + "/" + path, /*follow=*/false);
    if (!info && info.error().number != ENOENT && info.error().number != ENOTDIR)
      return cannot(info.error(), sink);
    // git reports files that are missing or are directories.
    if (!info || info->type != FileInfo::Type::regular)
      continue;
    const auto content = files.read(tree + "/" + path, k_max_source_file);
    if (!content)
      return cannot(content.error(), sink);
    for (const auto& directory : directories) {
      if (!make_parents(directory, path, files, sink))
        return false;
      const uint32_t mode = (info->mode & 0100U) != 0 ? 0755 : 0644;
      if (const auto done = files.write_new(directory + "/" + path, *content, mode, false); !done)
        return cannot(done.error(), sink);
    }
  }
  return true;
}

Result<Snapshot> take_snapshot(const std::string& directory, FileSystem& files) {
  Snapshot out;
  if (const auto done = snapshot_below(directory, "", files, out); !done)
    return tl::unexpected(done.error());
  return out;
}

std::set<std::string> changed_between(const Snapshot& before, const Snapshot& after) {
  std::set<std::string> out;
  for (const auto& [path, content] : before)
    if (const auto now = after.find(path); now == after.end() || now->second != content)
      out.insert(path);
  for (const auto& [path, content] : after)
    if (before.count(path) == 0)
      out.insert(path);
  return out;
}

} // namespace kpb
