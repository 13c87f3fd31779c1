// SPDX-License-Identifier: GPL-2.0-only
//
// Source packages of distributions. Only the package knows how its source is prepared (some apply hundreds of
// patches in their own way), so its own scripts are run: by dpkg-source for a .dsc, and for a source RPM the spec's
// %prep. They are code of whoever made the package.
#include "core/base/text.hpp"
#include "core/kernel/archive.hpp"
#include "core/kernel/import_source.hpp"
#include "core/model/names.hpp"
#include "core/run/confinement.hpp"
#include "core/run/tools.hpp"

#include <fmt/core.h>

namespace kpb {

namespace {

constexpr uint64_t k_max_source = uint64_t{4} << 30U;

// On the store's disk, which has room for a kernel. Not where the path has odd characters: rpm expands '%' in paths.
Workspace make_workspace(const RunContext& context, const std::string& scratch) {
  return is_safe_path(scratch) ? Workspace(context.files, scratch, "kpb-", "")
                               : Workspace(context.files, context.environment, "kpb-", "");
}

bool no_space(const RunContext& context, const SystemError& error) {
  return context.fail({.fault = Fault::environment, .code = "kernel-store", .what = error.text()});
}

bool run(const RunContext& context, Workspace& workspace, const std::vector<std::string>& arguments,
         const std::string& package, const std::string& install_hint) {
  Tools tools(context.files, context.environment, context.processes);
  if (!tools.find(arguments[0]))
    return context.fail({.fault = Fault::environment,
                         .code = "tool-missing",
                         .what = tools.missing(arguments[0]),
                         .why = fmt::format("it unpacks {}", package),
                         .hint = install_hint});
  Confinement confinement(context);
  if (confinement.wanted() && !confinement.missing().empty())
    return context.fail(confinement.refusal(confinement.missing()));
  if (const auto real = context.files.resolve(package))
    tools.show(parent_path(*real));
  const auto outcome = confinement.wanted()
                           ? tools.run_confined(workspace, confinement, arguments, "", {})
                           : tools.run(workspace, arguments, "", {});
  if (!outcome)
    return context.fail(
        {.fault = Fault::environment, .code = "tool-run", .what = outcome.error().text()});
  if (outcome->interrupted)
    return false;
  if (outcome->exit_status == 0)
    return true;
  return context.fail(
      {.fault = Fault::tool,
       .code = "kernel-source-prepare",
       .where = package,
       .what = fmt::format("{} failed with status {}", arguments[0], outcome->exit_status),
       .why = fmt::format("the end of its output: {}", last_lines(outcome->output, 5)),
       .hint = "prepare the source on a machine with its distribution's tools, and give the "
               "directory with --source"});
}

bool is_kernel_tree(FileSystem& files, const std::string& directory) {
  const auto makefile = files.read(directory + "/Makefile", 1 << 20);
  return makefile && !version_in_makefile(*makefile).empty();
}

// The kernel trees below `directory` that are least deep. Pristine copies beside a patched tree (vanilla-*) are left
// out.
std::vector<std::string> find_trees(FileSystem& files, const std::string& directory, int depth) {
  std::vector<std::string> found;
  std::vector<std::string> level = {directory};
  for (int i = 0; i < depth && found.empty(); ++i) {
    std::vector<std::string> below;
    for (const auto& parent : level)
      if (const auto names = files.list(parent))
        for (const auto& name : *names) {
          const std::string path = parent + "/" + name;
          const auto info = files.stat(path, /*follow=*/false);
          if (!info || info->type != FileInfo::Type::directory)
            continue;
          below.push_back(path);
          if (is_kernel_tree(files, path) && !name.starts_with("vanilla"))
            found.push_back(path);
        }
    level = below;
  }
  return found;
}

bool cannot_use(const RunContext& context, const std::string& rpm, const std::string& what,
                const std::string& why) {
  return context.fail(
      {.fault = Fault::input, .code = "kernel-source", .where = rpm, .what = what, .why = why});
}

// The name of the spec among the files that were unpacked. Nothing after a report.
std::optional<std::string> unpack_source_rpm(const RunContext& context, const std::string& rpm,
                                             const std::string& directory) {
  std::string spec;
  bool good = true;
  const auto unpack = [&](const ArchiveMember& member, ByteSource& content) {
    const std::string name = member_path(member.path);
    if (member.type != ArchiveMember::Type::file)
      return true;
    if (name.empty() || name.find('/') != std::string::npos)
      return cannot_use(context, rpm, fmt::format("it holds {}", shown(member.path)),
                        "a source RPM contains only plain files");
    if (name.ends_with(".spec"))
      spec = name;
    const uint32_t mode = (member.mode & 0100U) != 0 ? 0755 : 0644;
    const auto copied = copy_bytes(context.files, content, directory + "/" + name, mode,
                                   k_max_source, context.interrupts);
    return copied || no_space(context, copied.error());
  };
  const auto visited = visit_package(context.files, rpm, FileKind::source_rpm,
                                     [&](const ArchiveMember& member, ByteSource& content) {
                                       return good = unpack(member, content);
                                     });
  if (!good)
    return std::nullopt;
  if (!visited)
    cannot_use(context, rpm, "it cannot be unpacked", visited.error().reason());
  else if (spec.empty())
    cannot_use(context, rpm, "it contains no spec", "");
  else
    return spec;
  return std::nullopt;
}

} // namespace

bool import_debian_source(const RunContext& context, const std::string& dsc,
                          const std::string& scratch, TreeWriter& writer) {
  const auto real = context.files.resolve(dsc);
  Workspace workspace = make_workspace(context, scratch);
  const auto base = workspace.path();
  if (!real || !base)
    return no_space(context, real ? base.error() : real.error());
  // The digests in the .dsc are checked; a signature only if its key is known here.
  return run(context, workspace, {"dpkg-source", "--no-copy", "-x", *real, *base + "/tree"}, dsc,
             "apt-get install dpkg-dev") &&
         import_directory(context, *base + "/tree", writer);
}

bool import_source_rpm(const RunContext& context, const std::string& rpm,
                       const std::string& scratch, TreeWriter& writer) {
  Workspace workspace = make_workspace(context, scratch);
  const auto base = workspace.path();
  if (!base)
    return no_space(context, base.error());
  const std::string top = *base + "/rpm";
  for (const char* directory : {"", "/SOURCES", "/SPECS", "/BUILD", "/RPMS", "/SRPMS", "/tmp"})
    if (const auto made = context.files.make_directory(top + directory, 0755); !made)
      return no_space(context, made.error());
  const auto spec = unpack_source_rpm(context, rpm, top + "/SOURCES");
  if (!spec || !run(context, workspace,
                    {"rpmbuild", "-bp", "--nodeps", "--define", "_topdir " + top, "--define",
                     "_tmppath " + top + "/tmp", top + "/SOURCES/" + *spec},
                    rpm, "apt-get install rpm"))
    return false;
  const auto trees = find_trees(context.files, top + "/BUILD", 4);
  if (trees.size() != 1)
    return context.fail(
        {.fault = Fault::input,
         .code = "kernel-source",
         .where = rpm,
         .what = trees.empty() ? "its prepared sources contain no kernel tree"
                               : "it prepares " + std::to_string(trees.size()) + " kernel trees",
         .hint = "prepare it with rpmbuild -bp and give the tree with --source"});
  return import_directory(context, trees[0], writer);
}

} // namespace kpb
