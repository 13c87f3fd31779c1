// SPDX-License-Identifier: GPL-2.0-only
//
// See tools.hpp.
#include "core/run/tools.hpp"

#include "core/base/text.hpp"
#include "core/run/confinement.hpp"
#include "core/run/log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kpb {

namespace {

constexpr const char* k_default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// The confinement shows these itself.
bool is_system_directory(const std::string& path) {
  for (const char* seen : {"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"})
    if (path == seen || path.starts_with(std::string(seen) + "/"))
      return true;
  return false;
}

// errno, if kpb-enter says that it could not run the program; else 0.
int not_run(const Outcome& outcome) {
  const std::string last = last_lines(outcome.output, 1);
  if (outcome.exit_status != 125 || !last.starts_with("kpb-enter: cannot run "))
    return 0;
  for (const int number : {ENOENT, ENOEXEC, EACCES, ENOMEM, ELOOP})
    if (last.ends_with(std::string(": ") + std::strerror(number)))
      return number;
  return EIO;
}

} // namespace

Tools::Tools(FileSystem& files, const Environment& environment, ProcessRunner& processes)
    : m_files(files), m_processes(processes) {
  std::string path = environment.variable("PATH").value_or("");
  if (path.empty())
    path = k_default_path;
  for (const auto& directory : split(path, ':')) {
    if (directory.empty() || directory[0] != '/') {
      // A file in the current directory must not be used as a tool.
      m_skipped.push_back(shown(directory) + " is not an absolute directory");
      continue;
    }
    const auto info = files.stat(directory);
    if (!info || info->type != FileInfo::Type::directory)
      continue;
    if (const Distrust why = files.distrust(directory, Wanted::directory); !why.empty()) {
      // Out of resources: the directory could not be examined, which says nothing against it.
      if (is_exhausted(why.number))
        m_exhausted = why.number;
      else
        m_skipped.push_back(why.why);
      continue;
    }
    m_search.push_back(directory);
  }
}

std::optional<std::string> Tools::find(const std::string& name) {
  if (name.empty() || name.find('/') != std::string::npos)
    return std::nullopt;
  if (const auto known = m_found.find(name); known != m_found.end())
    return known->second;
  std::optional<std::string> found;
  std::string unusable;
  for (const auto& directory : m_search) {
    const std::string path = directory + "/" + name;
    if (!m_files.stat(path, /*follow=*/false))
      continue;
    if (const std::string why = why_unusable(path); !why.empty()) {
      unusable = unusable.empty() ? why : unusable;
      continue;
    }
    found = path;
    break;
  }
  m_found[name] = found;
  m_unusable[name] = unusable;
  return found;
}

std::string Tools::why_unusable(const std::string& path) {
  const auto info = m_files.stat(path);
  if (!info)
    return path + (info.error().number == ENOENT ? " is a link that leads nowhere"
                                                 : ": " + info.error().reason());
  if (info->type != FileInfo::Type::regular)
    return path + (info->type == FileInfo::Type::directory ? " is a directory" : " is no file");
  if ((info->mode & 0111U) == 0)
    return path + " is not executable";
  const Distrust distrust = m_files.distrust(path, Wanted::program);
  if (is_exhausted(distrust.number))
    m_exhausted = distrust.number;
  return distrust.why;
}

std::string Tools::why_not(const std::string& name) {
  if (find(name))
    return {};
  if (m_exhausted != 0)
    return SystemError{m_exhausted, "", ""}.reason();
  const auto known = m_unusable.find(name);
  return known == m_unusable.end() ? "" : known->second;
}

std::string Tools::missing(const std::string& name) {
  const std::string why = why_not(name);
  return why.empty() ? name + " is not installed" : name + " cannot be used: " + why;
}

tl::expected<std::string, std::string> Tools::find_given(const std::string& given) {
  if (given.find('/') == std::string::npos) {
    if (auto found = find(given))
      return *found;
    return tl::unexpected<std::string>(
        "it is in no directory of PATH that only you or root can write to");
  }
  if (given[0] != '/')
    return tl::unexpected<std::string>("the path is relative");
  const auto info = m_files.stat(given);
  if (!info)
    return tl::unexpected(info.error().reason());
  if (info->type != FileInfo::Type::regular || (info->mode & 0111U) == 0)
    return tl::unexpected<std::string>(
        info->type != FileInfo::Type::regular ? "it is no file" : "it is not executable");
  if (Distrust distrust = m_files.distrust(given, Wanted::program); !distrust.empty())
    return tl::unexpected(std::move(distrust.why));
  return given;
}

Result<std::vector<std::string>> Tools::environment(Workspace& workspace) {
  const auto base = workspace.path();
  if (!base)
    return tl::unexpected(base.error());
  // HOME is a directory that does not exist: no dot files are read, and none can be left there.
  return std::vector<std::string>{"PATH=" + join(m_search, ":"),
                                  "HOME=" + *base + "/no-home",
                                  "LC_ALL=C.UTF-8",
                                  "TZ=UTC",
                                  "TMPDIR=" + *base,
                                  "SHELL=/bin/sh",
                                  "USER=kpb",
                                  "LOGNAME=kpb"};
}

Result<Outcome> Tools::run_program(Workspace& workspace, std::vector<std::string> arguments,
                                   const std::string& directory,
                                   std::vector<std::string> environment) {
  const auto base = workspace.path();
  if (!base)
    return tl::unexpected(base.error());
  ProcessCommand command{std::move(arguments), directory.empty() ? *base : *base + "/" + directory,
                         std::move(environment)};
  if (debug_log_enabled())
    debug_log("run", join(command.arguments, " "));
  auto outcome = m_processes.run(command);
  for (auto& variable : command.environment) // the signer's has secrets
    ::explicit_bzero(variable.data(), variable.size());
  if (outcome && debug_log_enabled())
    debug_log("run", "exit status " + std::to_string(outcome->exit_status) + ", " +
                         std::to_string(outcome->output.size()) + " bytes of output");
  return outcome;
}

// The environment; the tool's name becomes its path, which is remembered.
Result<std::vector<std::string>> Tools::prepare(Workspace& workspace,
                                                std::vector<std::string>& arguments,
                                                const std::vector<std::string>& additions) {
  auto variables = environment(workspace);
  if (!variables)
    return variables;
  const auto tool = arguments.empty() ? std::nullopt : find(arguments[0]);
  if (!tool)
    return tl::unexpected(SystemError{m_exhausted != 0 ? m_exhausted : ENOENT, "run",
                                      arguments.empty() ? "" : arguments[0]});
  m_used[arguments[0]] = *tool;
  arguments[0] = *tool;
  variables->insert(variables->end(), additions.begin(), additions.end());
  return variables;
}

Result<Outcome> Tools::run(Workspace& workspace, std::vector<std::string> arguments,
                           const std::string& directory,
                           const std::vector<std::string>& additions) {
  auto variables = prepare(workspace, arguments, additions);
  if (!variables)
    return tl::unexpected(variables.error());
  return run_program(workspace, std::move(arguments), directory, std::move(*variables));
}

void Tools::show(const std::string& directory) {
  const auto real = m_files.resolve(directory);
  if (!real)
    return;
  for (const auto& path : {directory, *real})
    if (path.starts_with("/") && std::find(m_shown.begin(), m_shown.end(), path) == m_shown.end())
      m_shown.push_back(path);
}

Result<Outcome> Tools::run_confined(Workspace& workspace, const Confinement& confinement,
                                    std::vector<std::string> arguments,
                                    const std::string& directory,
                                    const std::vector<std::string>& additions) {
  auto variables = prepare(workspace, arguments, additions);
  const auto base = workspace.path();
  if (!variables || !base)
    return tl::unexpected(variables ? base.error() : variables.error());
  ConfinedRun run;
  run.directory = directory.empty() ? *base : *base + "/" + directory;
  const auto show_directory = [&](const std::string& path) {
    if (path != "/" && !path.starts_with("/usr/") && !is_system_directory(path))
      run.places.push_back({path, path, /*writable=*/false});
  };
  for (const auto& path : m_search)
    show_directory(path);
  for (const auto& path : m_shown)
    show_directory(path);
  // The last one covers what lies above it.
  run.places.push_back({*base, *base, /*writable=*/true});
  auto outcome =
      run_program(workspace, confinement.command(run, arguments), "", std::move(*variables));
  if (outcome)
    if (const int number = not_run(*outcome); number != 0)
      return tl::unexpected(SystemError{number, "run", arguments[0]});
  // The first process inside can only say by its status which signal ended the program.
  if (outcome && outcome->exit_status > 128 && outcome->exit_status <= 128 + 64)
    outcome->exit_status = 128 - outcome->exit_status;
  return outcome;
}

std::string Tools::version(Workspace& workspace, const std::string& name) {
  const auto outcome = run(workspace, {name, "--version"}, "", {});
  if (!outcome || outcome->exit_status != 0)
    return {};
  return outcome->output.substr(0, outcome->output.find('\n'));
}

} // namespace kpb
