// SPDX-License-Identifier: GPL-2.0-only
//
// A tarball as the source, alone or inside a linux-source package. Its one top directory is taken off.
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

// Takes the top directory off; sets `inner` to "" for that directory itself.
bool strip_top(const RunContext& context, const std::string& where, const std::string& given,
               std::string& top, std::string& inner) {
  const std::string path = given.starts_with("/") ? "" : member_path(given);
  if (path.empty())
    return refuse(context, where, "it holds " + shown(given), "the path leaves the tree");
  const size_t slash = path.find('/');
  const std::string first = path.substr(0, slash);
  if (top.empty())
    top = first;
  if (first != top)
    return refuse(context, where, "it holds " + shown(top) + " and " + shown(first),
                  "a kernel's tarball has one directory at the top",
                  "unpack it and give the directory");
  inner = slash == std::string::npos ? "" : path.substr(slash + 1);
  return true;
}

bool add_member(const RunContext& context, const std::string& where, const ArchiveMember& member,
                Archive& content, std::string& top, TreeWriter& writer) {
  std::string inner;
  if (member.path == "." || member.path == "./")
    return true;
  if (!strip_top(context, where, member.path, top, inner))
    return false;
  switch (member.type) {
  case ArchiveMember::Type::directory: return true; // made when something is in it
  case ArchiveMember::Type::symlink: return inner.empty() || writer.add_symlink(inner, member.link);
  case ArchiveMember::Type::hardlink: {
    std::string to;
    return strip_top(context, where, member.link, top, to) && writer.add_hardlink(inner, to);
  }
  case ArchiveMember::Type::file:
    if (inner.empty())
      return refuse(context, where, "it holds the file " + shown(member.path) + " at the top",
                    "a kernel's tarball has one directory there",
                    "unpack it and give the directory");
    return writer.add_file(inner, (member.mode & 0100U) != 0, content);
  case ArchiveMember::Type::other: break;
  }
  return refuse(context, where, "it holds " + shown(member.path),
                "that is neither a file, a directory nor a symlink");
}

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
  std::string top;
  ArchiveMember member;
  for (;;) {
    const auto more = (*archive)->next(member);
    if (!more)
      return unreadable(more.error());
    if (!*more)
      return true;
    if (!add_member(context, shown_as, member, **archive, top, writer))
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
  return found || refuse(context, deb, "no kernel source is in it",
                         "usr/src/linux-source-*.tar.xz is missing",
                         "the package is called linux-source-6.12 or the like");
}

} // namespace kpb
