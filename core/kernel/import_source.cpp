// SPDX-License-Identifier: GPL-2.0-only
//
// See import_source.hpp. The kind of a source is recognised by its content; only a .dsc by its name.
#include "core/kernel/import_source.hpp"

#include "core/base/text.hpp"
#include "core/kernel/archive.hpp"

namespace kpb {

namespace {

constexpr uint64_t k_max_makefile = 1 << 20;

// The value of `NAME = value` in the first lines of a Makefile.
std::string assigned(const std::string& makefile, const std::string& name) {
  for (const auto& line : split(makefile.substr(0, 4096), '\n')) {
    if (!line.starts_with(name + " =") && !line.starts_with(name + "="))
      continue;
    return std::string(trimmed(std::string_view(line).substr(line.find('=') + 1)));
  }
  return {};
}

bool unreadable(const RunContext& context, const std::string& source, const SystemError& error) {
  return context.fail({.fault = Fault::input,
                       .code = "kernel-source",
                       .where = source,
                       .what = "it cannot be read",
                       .why = error.reason()});
}

// ImportedSource::kind; nothing after a report.
std::optional<std::string> kind_of(const RunContext& context, const std::string& source) {
  const auto info = context.files.stat(source);
  if (!info) {
    unreadable(context, source, info.error());
    return std::nullopt;
  }
  if (info->type == FileInfo::Type::directory)
    return "directory";
  const auto content = file_kind(context.files, source);
  if (!content) {
    unreadable(context, source, content.error());
    return std::nullopt;
  }
  switch (*content) {
  case FileKind::source_rpm: return "srpm";
  case FileKind::deb: return "linux-source";
  case FileKind::other: return source.ends_with(".dsc") ? "debian-source" : "tarball";
  case FileKind::rpm:
  case FileKind::elf: break;
  }
  context.fail({.fault = Fault::input,
                .code = "kernel-source",
                .where = source,
                .what = *content == FileKind::rpm ? "it is a binary package" : "it is a program",
                .why = "no source is in it",
                .hint =
                    "give the source package (.src.rpm) with --source, and binary packages with "
                    "--package"});
  return std::nullopt;
}

bool import_as(const std::string& kind, const RunContext& context, const std::string& source,
               const std::string& scratch, TreeWriter& writer) {
  if (kind == "directory")
    return import_directory(context, source, writer);
  if (kind == "srpm")
    return import_source_rpm(context, source, scratch, writer);
  if (kind == "linux-source")
    return import_linux_source_deb(context, source, writer);
  if (kind == "debian-source")
    return import_debian_source(context, source, scratch, writer);
  auto file = context.files.open(source);
  if (!file)
    return unreadable(context, source, file.error());
  FileSource bytes(std::move(*file));
  return import_tarball(context, bytes, source, writer);
}

} // namespace

std::string version_in_makefile(const std::string& makefile) {
  const std::string version = assigned(makefile, "VERSION");
  const std::string patchlevel = assigned(makefile, "PATCHLEVEL");
  const std::string sublevel = assigned(makefile, "SUBLEVEL");
  if (!parse_unsigned(version, 1000) || !parse_unsigned(patchlevel, 1000))
    return {};
  return version + "." + patchlevel + (parse_unsigned(sublevel, 100000) ? "." + sublevel : "");
}

std::optional<ImportedSource> import_source(const RunContext& context, const std::string& source,
                                            const std::string& tree, const std::string& scratch) {
  context.progress.begin(Progress::Step::import, source);
  const auto kind = kind_of(context, source);
  if (!kind)
    return std::nullopt;
  TreeWriter writer(context, tree, source);
  if (!import_as(*kind, context, source, scratch, writer) || !writer.finish())
    return std::nullopt;
  ImportedSource imported;
  imported.kind = *kind;
  const auto makefile = context.files.read(tree + "/Makefile", k_max_makefile);
  imported.version = version_in_makefile(makefile ? *makefile : "");
  if (imported.version.empty()) {
    context.fail({.fault = Fault::input,
                  .code = "kernel-source",
                  .where = source,
                  .what = "it is no kernel source",
                  .why = "its Makefile is missing or does not say VERSION and PATCHLEVEL",
                  .hint = "give the top directory of the kernel's source"});
    return std::nullopt;
  }
  imported.digest = writer.digest();
  imported.files = writer.files();
  return imported;
}

} // namespace kpb
