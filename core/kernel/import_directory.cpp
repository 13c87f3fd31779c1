// SPDX-License-Identifier: GPL-2.0-only
//
// A directory as the source: what is a source in it is copied, the directory is only read.
#include "core/kernel/import_source.hpp"
#include "core/kernel/tree_filter.hpp"

namespace kpb {

namespace {

constexpr int k_max_depth = 64;

bool cannot_read(const RunContext& context, const SystemError& error) {
  return context.fail({.fault = Fault::input,
                       .code = "kernel-source",
                       .what = "the kernel's source cannot be read",
                       .why = error.text()});
}

bool import_file(const RunContext& context, const std::string& from, const FileInfo& info,
                 const std::string& path, TreeWriter& writer) {
  auto file = context.files.open(from);
  if (!file)
    return cannot_read(context, file.error());
  FileSource source(std::move(*file));
  return writer.add_file(path, (info.mode & 0100U) != 0, source);
}

bool import_below(const RunContext& context, const std::string& directory,
                  const std::string& prefix, int depth, TreeWriter& writer) {
  const auto names = context.files.list(directory);
  if (!names)
    return cannot_read(context, names.error());
  if (depth > k_max_depth)
    return context.fail({.fault = Fault::input,
                         .code = "kernel-source",
                         .where = directory,
                         .what = "directories are nested too deep"});
  for (const auto& name : *names) {
    const std::string path = prefix + name;
    const std::string from = directory + "/" + name;
    if (context.interrupts.pending() != 0)
      return false;
    const auto info = context.files.stat(from, /*follow=*/false);
    if (!info)
      return cannot_read(context, info.error());
    const bool directory_there = info->type == FileInfo::Type::directory;
    if (directory_there ? is_build_directory(path) : is_build_product(path))
      continue;
    bool good = true;
    if (directory_there) {
      good = import_below(context, from, path + "/", depth + 1, writer);
    } else if (info->type == FileInfo::Type::regular) {
      good = import_file(context, from, *info, path, writer);
    } else if (info->type == FileInfo::Type::symlink) {
      const auto target = context.files.read_link(from);
      good = target ? writer.add_symlink(path, *target) : cannot_read(context, target.error());
    }
    if (!good)
      return false;
  }
  return true;
}

} // namespace

bool import_directory(const RunContext& context, const std::string& directory, TreeWriter& writer) {
  return import_below(context, directory, "", 0, writer);
}

} // namespace kpb
