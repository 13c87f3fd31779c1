// SPDX-License-Identifier: GPL-2.0-only
//
// External programs: found once, by absolute path, in the directories of $PATH that nobody else can
// write to; run with an environment that is built here and nowhere else. rpmbuild, make and
// kpatch-build all obey variables and dot files that have no business in a build.
#ifndef KPB_CORE_RUN_TOOLS_HPP
#define KPB_CORE_RUN_TOOLS_HPP

#include "core/run/workspace.hpp"
#include "core/system/process.hpp"

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
  // Why find() has nothing: what lies there instead, in a sentence; "" when nothing does.
  std::string why_not(const std::string& name);
  // The same for a message: "make is not installed", "make cannot be used: /bin/make is a directory".
  std::string missing(const std::string& name);
  // A program that the user named: a tool's name, or an absolute path that is held to the same rules.
  // Else the reason in words.
  tl::expected<std::string, std::string> find_given(const std::string& given);
  // Runs a tool found before in a directory below the workspace ("" is the workspace itself).
  Result<Outcome> run(Workspace& workspace, std::vector<std::string> arguments,
                      const std::string& directory, const std::vector<std::string>& additions);
  // What every child gets, for a caller that adds to it.
  Result<std::vector<std::string>> environment(Workspace& workspace);
  // Runs a program by its absolute path, with that environment and nothing else. It does not count as
  // a tool: nobody will ask it for its version, which to a site's own program is an odd argument.
  Result<Outcome> run_program(Workspace& workspace, std::vector<std::string> arguments,
                              const std::string& directory, std::vector<std::string> environment);
  // The first line that `NAME --version` prints, "" when it says nothing. Runs the tool: for reports.
  std::string version(Workspace& workspace, const std::string& name);
  // Directories of $PATH that are not searched, each with the reason.
  const std::vector<std::string>& skipped() const { return m_skipped; }
  // Name and path of everything that was run, sorted by name.
  const std::map<std::string, std::string>& used() const { return m_used; }

private:
  std::string why_unusable(const std::string& path);

  FileSystem& m_files;
  ProcessRunner& m_processes;
  std::vector<std::string> m_search;
  std::vector<std::string> m_skipped;
  std::map<std::string, std::optional<std::string>> m_found;
  std::map<std::string, std::string> m_unusable; // of what was not found, what lies in its place
  int m_exhausted = 0;                           // errno: not every place could be looked at
  std::map<std::string, std::string> m_used;
};

} // namespace kpb

#endif
