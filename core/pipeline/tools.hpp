// SPDX-License-Identifier: GPL-2.0-only
//
// External programs: found once, by absolute path, in the directories of $PATH that nobody else can
// write to; run with an environment that is built here and nowhere else. rpmbuild, make and
// kpatch-build all obey variables and dot files that have no business in a build.
#ifndef KPB_CORE_PIPELINE_TOOLS_HPP
#define KPB_CORE_PIPELINE_TOOLS_HPP

#include "core/pipeline/workspace.hpp"
#include "core/util/process.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

class Tools {
public:
  Tools(FileSystem& files, const Environment& environment, ProcessRunner& processes);

  // The absolute path, or nothing when it is not installed.
  std::optional<std::string> find(const std::string& name);
  // Runs a tool found before in a directory below the workspace ("" is the workspace itself).
  Result<Outcome> run(Workspace& workspace, std::vector<std::string> arguments,
                      const std::string& directory, const std::vector<std::string>& additions);
  // The first line that `NAME --version` prints, "" when it says nothing. Runs the tool: for reports.
  std::string version(Workspace& workspace, const std::string& name);
  // Directories of $PATH that are not searched, each with the reason.
  const std::vector<std::string>& skipped() const { return m_skipped; }
  // Name and path of everything that was run, sorted by name.
  const std::map<std::string, std::string>& used() const { return m_used; }

private:
  FileSystem& m_files;
  ProcessRunner& m_processes;
  std::vector<std::string> m_search;
  std::vector<std::string> m_skipped;
  std::map<std::string, std::optional<std::string>> m_found;
  std::map<std::string, std::string> m_used;
};

} // namespace kpb

#endif
