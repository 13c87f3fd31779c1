// SPDX-License-Identifier: GPL-2.0-only
//
// See build_root.hpp.
#include "core/kernel/build_root.hpp"

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/kernel/byte_source.hpp"
#include "core/kernel/checks.hpp"
#include "core/kernel/view_layout.hpp"
#include "core/run/confinement.hpp"
#include "core/run/tools.hpp"

#include <fmt/core.h>
#include <memory>

namespace kpb {

namespace {

constexpr const char* k_directories[] = {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin",
                                         "/usr/bin",        "/sbin",          "/bin"};
// The package database: of dpkg, of rpm since 4.16 and where Fedora keeps it now, of older rpm.
constexpr const char* k_databases[] = {
    "/var/lib/dpkg/status",      "/usr/lib/sysimage/rpm/rpmdb.sqlite",
    "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/Packages.db",
    "/var/lib/rpm/Packages.db",  "/var/lib/rpm/Packages"};

// Whether `path` leads to a program, for somebody whose root directory is `root`: absolute symlinks begin there.
bool is_program(FileSystem& files, const std::string& root, const std::string& path, int links) {
  std::string at;
  const auto parts = split(path, '/');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].empty() || parts[i] == ".")
      continue;
    if (parts[i] == "..") {
      at = at.substr(0, at.find_last_of('/') == std::string::npos ? 0 : at.find_last_of('/'));
      continue;
    }
    at += "/" + parts[i];
    const auto info = files.stat(root + at, /*follow=*/false);
    if (!info)
      return false;
    if (info->type == FileInfo::Type::symlink) {
      const auto target = files.read_link(root + at);
      if (!target || links == 0)
        return false;
      std::string next = target->starts_with("/") ? *target : parent_path(at) + "/" + *target;
      for (size_t j = i + 1; j < parts.size(); ++j)
        next += "/" + parts[j];
      return is_program(files, root, next, links - 1);
    }
    if (i + 1 == parts.size())
      return info->type == FileInfo::Type::regular && (info->mode & 0111U) != 0;
  }
  return false;
}

} // namespace

std::optional<std::string> find_program(FileSystem& files, const std::string& root,
                                        const std::string& name) {
  for (const char* directory : k_directories)
    if (const std::string path = std::string(directory) + "/" + name;
        is_program(files, root, path, 16))
      return path;
  return std::nullopt;
}

std::vector<std::string> missing_programs(FileSystem& files, const std::string& root,
                                          const std::vector<std::string>& programs) {
  std::vector<std::string> missing;
  for (const auto& program : programs)
    if (!find_program(files, root, program))
      missing.push_back(program);
  return missing;
}

bool check_programs(FileSystem& files, const std::string& root,
                    const std::vector<std::string>& programs, const std::string& for_what,
                    DiagnosticSink& sink) {
  const auto missing = missing_programs(files, root, programs);
  if (missing.empty())
    return true;
  return fail(sink,
              {.fault = Fault::environment,
               .code = "root-tools",
               .where = root,
               .what = fmt::format("{} needs {}", for_what, join(missing, ", ")),
               .why = fmt::format("{} does not have {}", root.empty() ? "this machine" : "the root",
                                  missing.size() == 1 ? "it" : "them"),
               .hint = root.empty()
                           ? "install them, or give a root of the target's distribution with --root"
                           : "install them in the root; make-debian-root.sh (in share/kpb) makes a "
                             "complete one of Debian"});
}

tl::expected<std::string, std::string> compiler_comment(const RunInRoot& run,
                                                        const std::string& compiler) {
  // An empty input, compiled to assembly, has exactly that string as .ident, and no file is needed.
  const auto outcome = run({compiler, "-x", "c", "-S", "-o", "-", "-"});
  if (!outcome)
    return tl::unexpected(outcome.error().text());
  if (outcome->exit_status != 0)
    return tl::unexpected(last_lines(outcome->output, 1));
  for (const auto& line : split(outcome->output, '\n')) {
    const size_t ident = line.find(".ident");
    const size_t first = line.find('"');
    const size_t last = line.rfind('"');
    if (ident != std::string::npos && first != std::string::npos && last > first + 1)
      return line.substr(first + 1, last - first - 1);
  }
  return tl::unexpected(std::string("it does not say what it is"));
}

RunInRoot run_in_root(const RunContext& context, const std::string& root) {
  return [&context, root](const std::vector<std::string>& arguments) -> Result<Outcome> {
    Confinement confinement(context);
    if (confinement.wanted() && confinement.missing().empty()) {
      ProcessCommand process;
      process.arguments = confinement.command({root, {}, "/"}, arguments);
      process.directory = "/";
      process.environment = view_environment({});
      return context.processes.run(process);
    }
    // Nothing of a patch runs here; and what it could be for is refused later.
    Workspace workspace(context.files, context.environment, "kpb-", "");
    Tools tools(context.files, context.environment, context.processes);
    std::vector<std::string> command = arguments;
    if (root.empty())
      command[0] = base_name(command[0]); // Tools finds it in directories that it trusts
    else
      command.insert(command.begin(), {"chroot", root});
    return tools.run(workspace, command, "", {});
  };
}

std::string root_identity(const RunContext& context, const std::string& root,
                          const std::string& compiler_comment) {
  if (root.empty())
    return sha256_hex("host " + compiler_comment);
  for (const char* database : k_databases) {
    auto file = context.files.open(root + database);
    if (!file)
      continue;
    FileSource bytes(std::move(*file));
    const auto digest = digest_bytes(bytes, context.interrupts);
    if (!digest) {
      context.fail({.fault = Fault::environment,
                    .code = "root-database",
                    .where = root,
                    .what = digest.error().text()});
      return {};
    }
    return sha256_hex(digest->sha256 + " " + compiler_comment);
  }
  context.fail(
      {.fault = Fault::input,
       .code = "root-database",
       .where = root,
       .what = "it is not a root file system that kpb can use",
       .why = "it has neither a dpkg nor an rpm database, so the installed packages are not known",
       .hint = "make-debian-root.sh (in share/kpb) makes one of Debian"});
  return {};
}

Believed unsafe_root(const std::string& root) {
  return {.code = "root-unsafe",
          .what = fmt::format("the root {} is refused", shown(root)),
          .because = "the programs in it make the module"};
}

bool check_root(const RunContext& context, const PreparedKernel& kernel) {
  const auto& root = kernel.root;
  const std::string was = kernel.description.text(fields::prepared::toolchain_compiler);
  const auto changed = [&](const std::string& what, const std::string& why) {
    return context.fail(
        {.fault = Fault::environment,
         .code = "kernel-root-changed",
         .where = kernel.id,
         .what = what,
         .why = why,
         .hint = "add the kernel again with the current compiler, or restore the root"});
  };
  if (!root.empty()) {
    const auto info = context.files.stat(root);
    if (!info || info->type != FileInfo::Type::directory)
      return changed("the root " + shown(root) + " in which it is compiled no longer exists",
                     info ? "it is no directory" : info.error().reason());
    if (const Distrust why = context.files.distrust(root, Wanted::directory); !why.empty())
      return context.fail(distrusted(unsafe_root(root), why));
    // The package database changes with every change that matters, and is read without chroot.
    CollectingSink ignored;
    if (root_identity(context.reporting_to(ignored), root, was) ==
        kernel.description.text(fields::prepared::toolchain_identity))
      return true;
    return changed("the root " + shown(root) + " has changed since the kernel was added",
                   ignored.first_error() == nullptr
                       ? "packages were installed, removed or updated there since"
                       : ignored.first_error()->why);
  }
  const auto config = context.files.read(kernel.config(), uint64_t{16} << 20U);
  const std::string compiler = compiler_of(parse_config(config.value_or("")));
  const auto is = compiler_comment(run_in_root(context, root), compiler);
  if (is && *is == was)
    return true;
  return changed("this machine's " + compiler + " has changed since the kernel was added",
                 is ? "it was " + shown(was) + ", it is " + shown(*is) : is.error());
}

} // namespace kpb
