// SPDX-License-Identifier: GPL-2.0-only
//
// A tarball as the source, by itself or inside a linux-source package.
#include "core/base/text.hpp"
#include "core/kernel/archive.hpp"
#include "core/kernel/import_source.hpp"

namespace kpb {

namespace {

bool refuse(const RunContext& context, const std::string& where, const std::string& what,
            const std::string& why, const std::string& hint = {}) {
  return context.fail({.fault = Fault::input,
                       .code = "kernel-source",
                       .where = where,
                       .what = what,
                       .why = why,
                       .hint = hint});
}

// The members of a kernel's tarball. All are below one directory at the top, which is left out.
class TarballImport {
public:
  TarballImport(const RunContext& context, std::string shown_as, TreeWriter& writer)
      : m_context(context), m_shown_as(std::move(shown_as)), m_writer(writer) {}

  bool add(const ArchiveMember& member, ByteSource& content) {
    if (member.path == "." || member.path == "./")
      return true;
    const auto path = below_top(member.path);
    if (!path)
      return false;
    switch (member.type) {
    case ArchiveMember::Type::directory: return true; // made when something is in it
    case ArchiveMember::Type::symlink:
      return path->empty() || m_writer.add_symlink(*path, member.link);
    case ArchiveMember::Type::hardlink: {
      const auto to = below_top(member.link);
      return to && m_writer.add_hardlink(*path, *to);
    }
    case ArchiveMember::Type::file:
      if (path->empty())
        return refuse(
            m_context, m_shown_as, "it holds the file " + shown(member.path) + " at the top",
            "a kernel's tarball has one directory there", "unpack it and give the directory");
      return m_writer.add_file(*path, (member.mode & 0100U) != 0, content);
    case ArchiveMember::Type::other: break;
    }
    return refuse(m_context, m_shown_as, "it contains " + shown(member.path),
                  "which is neither a file, a directory nor a symlink");
  }

private:
  // The path without the top directory, "" for that directory itself. Nothing after a report.
  std::optional<std::string> below_top(const std::string& given) {
    const std::string path = given.starts_with("/") ? "" : member_path(given);
    if (path.empty()) {
      refuse(m_context, m_shown_as, "it contains " + shown(given), "the path leaves the tree");
      return std::nullopt;
    }
    const size_t slash = path.find('/');
    const std::string first = path.substr(0, slash);
    if (m_top.empty())
      m_top = first;
    if (first != m_top) {
      refuse(m_context, m_shown_as, "it contains " + shown(m_top) + " and " + shown(first),
             "a kernel's tarball has one directory at the top", "unpack it and give the directory");
      return std::nullopt;
    }
    return slash == std::string::npos ? "" : path.substr(slash + 1);
  }

  const RunContext& m_context;
  std::string m_shown_as;
  TreeWriter& m_writer;
  std::string m_top; // the directory's name, once a member was seen
};

} // namespace

bool import_tarball(const RunContext& context, ByteSource& tarball, const std::string& shown_as,
                    TreeWriter& writer) {
  const auto unreadable = [&](const SystemError& error) {
    return refuse(context, shown_as, "it cannot be unpacked", error.reason(),
                  "a source is a directory, a tarball, a linux-source .deb, a .dsc or a .src.rpm");
  };
  const auto archive = Archive::open(tarball, Archive::Form::members);
  if (!archive)
    return unreadable(archive.error());
  TarballImport importer(context, shown_as, writer);
  ArchiveMember member;
  for (;;) {
    const auto more = (*archive)->next(member);
    if (!more)
      return unreadable(more.error());
    if (!*more)
      return true;
    if (!importer.add(member, **archive))
      return false;
  }
}

bool import_linux_source_deb(const RunContext& context, const std::string& deb,
                             TreeWriter& writer) {
  bool found = false;
  bool good = true;
  const auto visited = visit_package(
      context.files, deb, FileKind::deb, [&](const ArchiveMember& member, ByteSource& content) {
        const std::string path = member_path(member.path);
        if (!path.starts_with("usr/src/linux-source-") || path.find(".tar") == std::string::npos ||
            member.type != ArchiveMember::Type::file)
          return true;
        found = true;
        good = import_tarball(context, content, deb + ": " + path, writer);
        return false;
      });
  if (!good)
    return false;
  if (!visited)
    return refuse(context, deb, "it cannot be unpacked", visited.error().reason());
  return found || refuse(context, deb, "it contains no kernel source",
                         "usr/src/linux-source-*.tar.xz is missing",
                         "the right package is called, for example, linux-source-6.12");
}

} // namespace kpb
