// SPDX-License-Identifier: GPL-2.0-only
//
// External programs. They are found once, by absolute path, in those directories of $PATH that no
// other user can write to, and get an environment that is built here and nowhere else: rpmbuild,
// make and kpatch-build all obey variables and dot files that must not influence a build.
#ifndef KPB_CORE_RUN_TOOLS_HPP
#define KPB_CORE_RUN_TOOLS_HPP

#include "core/run/workspace.hpp"
#include "core/system/process.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kpb {

class Confinement;

class Tools {
public:
  Tools(FileSystem& files, const Environment& environment, ProcessRunner& processes);

  // The absolute path, or nothing if it is not installed.
  std::optional<std::string> find(const std::string& name);
  // Why find() returns nothing: a sentence about what is there instead; "" if nothing is there.
  std::string why_not(const std::string& name);
  // The same for a message: "make is not installed", "make cannot be used: /bin/make is a
  // directory".
  std::string missing(const std::string& name);
  // A program that the user named: a tool's name, or an absolute path, to which the same rules
  // apply. Otherwise the reason in words.
  tl::expected<std::string, std::string> find_given(const std::string& given);
  // Runs a tool that find() has found, in a directory below the workspace ("" is the workspace
  // itself).
  Result<Outcome> run(Workspace& workspace, std::vector<std::string> arguments,
                      const std::string& directory, const std::vector<std::string>& additions);
  // The same in a confinement, which sees the workspace, the directories of PATH and the given ones (show()).
  Result<Outcome> run_confined(Workspace& workspace, const Confinement& confinement,
                               std::vector<std::string> arguments, const std::string& directory,
                               const std::vector<std::string>& additions);
  // A directory that confined programs may read; what does not exist is left out.
  void show(const std::string& directory);
  // The environment that every child gets, for callers that add to it.
  Result<std::vector<std::string>> environment(Workspace& workspace);
  // Runs a program by its absolute path with exactly that environment. It is not recorded as a
  // tool, so it is not run with --version later: a site's own program may not expect that.
  Result<Outcome> run_program(Workspace& workspace, std::vector<std::string> arguments,
                              const std::string& directory, std::vector<std::string> environment);
  // The first line that `NAME --version` prints, or "". Runs the tool, so it is for reports.
  std::string version(Workspace& workspace, const std::string& name);
  // Directories of $PATH that are not searched, each with the reason.
  const std::vector<std::string>& skipped() const { return m_skipped; }
  // Name and path of everything that was run, sorted by name.
  const std::map<std::string, std::string>& used() const { return m_used; }

private:
  std::string why_unusable(const std::string& path);
  Result<std::vector<std::string>> prepare(Workspace& workspace,
                                           std::vector<std::string>& arguments,
                                           const std::vector<std::string>& additions);

  FileSystem& m_files;
  ProcessRunner& m_processes;
  std::vector<std::string> m_search;
  std::vector<std::string> m_skipped;
  std::map<std::string, std::optional<std::string>> m_found;
  std::map<std::string, std::string> m_unusable; // of those not found: what is there instead
  int m_exhausted = 0;                           // errno, if some place could not be examined
  std::map<std::string, std::string> m_used;
  std::vector<std::string> m_shown; // directories, see show()
};

} // namespace kpb

#endif
