// SPDX-License-Identifier: GPL-2.0-only
//
// See tools.hpp.
#include "core/pipeline/tools.hpp"

#include "core/util/log.hpp"
#include "core/util/text.hpp"

namespace kpb {

namespace {

constexpr const char* k_default_path =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

} // namespace

Tools::Tools(FileSystem& files, const Environment& environment, ProcessRunner& processes)
    : m_files(files), m_processes(processes) {
  std::string path = environment.variable("PATH").value_or("");
  if (path.empty())
    path = k_default_path;
  for (const auto& directory : split(path, ':')) {
    if (directory.empty() || directory[0] != '/') {
      // Whatever the current directory holds is no tool.
      m_skipped.push_back(shown(directory) + " is no absolute directory");
      continue;
    }
    const auto info = files.stat(directory);
    if (!info || info->type != FileInfo::Type::directory)
      continue;
    if (const std::string why = files.distrust(directory, /*directory=*/true); !why.empty()) {
      m_skipped.push_back(why);
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
  for (const auto& directory : m_search) {
    const auto info = m_files.stat(directory + "/" + name);
    if (info && info->type == FileInfo::Type::regular && (info->mode & 0111U) != 0 &&
        m_files.distrust(directory + "/" + name, /*directory=*/false).empty()) {
      found = directory + "/" + name;
      break;
    }
  }
  m_found[name] = found;
  return found;
}

Result<Outcome> Tools::run(Workspace& workspace, std::vector<std::string> arguments,
                           const std::string& directory,
                           const std::vector<std::string>& additions) {
  const auto base = workspace.path();
  if (!base)
    return tl::unexpected(base.error());
  const auto tool = arguments.empty() ? std::nullopt : find(arguments[0]);
  if (!tool)
    return tl::unexpected(
        SystemError{2 /* ENOENT */, "run", arguments.empty() ? "" : arguments[0]});
  m_used[arguments[0]] = *tool;
  arguments[0] = *tool;
  // HOME is a directory that does not exist: no dot file is read, and nothing can be left in it.
  ProcessCommand command{arguments,
                         directory.empty() ? *base : *base + "/" + directory,
                         {"PATH=" + join(m_search, ":"), "HOME=" + *base + "/no-home",
                          "LC_ALL=C.UTF-8", "TZ=UTC", "TMPDIR=" + *base, "SHELL=/bin/sh",
                          "USER=kpb", "LOGNAME=kpb"}};
  command.environment.insert(command.environment.end(), additions.begin(), additions.end());
  if (debug_log_enabled())
    debug_log("run", join(command.arguments, " "));
  auto outcome = m_processes.run(command);
  if (outcome && debug_log_enabled())
    debug_log("run", "exit status " + std::to_string(outcome->exit_status) + ", " +
                         std::to_string(outcome->output.size()) + " bytes of output");
  return outcome;
}

std::string Tools::version(Workspace& workspace, const std::string& name) {
  const auto outcome = run(workspace, {name, "--version"}, "", {});
  if (!outcome || outcome->exit_status != 0)
    return {};
  return outcome->output.substr(0, outcome->output.find('\n'));
}

} // namespace kpb
