// SPDX-License-Identifier: GPL-2.0-only
//
// The private directory of one run. What is written to it stays in memory until something needs a real
// file: a program to run, or a reader that wants a path. (A run that only makes a spec needs one file;
// making and removing the others took longer than everything else it does.) On disk the directory is
// named with safe characters only (rpm expands '%' in paths, shells split at blanks), and removed with
// everything in it when the object goes, however the run ends.
#ifndef KPB_CORE_RUN_WORKSPACE_HPP
#define KPB_CORE_RUN_WORKSPACE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/environment.hpp"
#include "core/system/filesystem.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kpb {

class Workspace {
public:
  // Below $TMPDIR when that is a plain absolute path, else /tmp; named PREFIXrandomSUFFIX.
  Workspace(FileSystem& files, const Environment& environment, std::string prefix,
            std::string suffix);
  // Below a directory of the caller's, which must be made of plain characters.
  Workspace(FileSystem& files, std::string parent, std::string prefix, std::string suffix);
  ~Workspace();
  // Removes the directory now, so that a failure can be told; the destructor could not.
  Status remove();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // The absolute path, with everything that was written so far in it.
  Result<std::string> path();
  // The absolute path of one file, which is on disk from now on.
  Result<std::string> file(const std::string& relative);
  // Writes `relative` (mode 0644) with the directories that it needs; it must not exist yet.
  Status write(const std::string& relative, std::string_view content);
  // The same for content that lives as long as the workspace: large inputs are not copied.
  Status lend(const std::string& relative, std::string_view content);
  Result<std::string> read(const std::string& relative, uint64_t limit);
  // Regular files below `relative` at any depth, as paths relative to it, sorted.
  Result<std::vector<std::string>> list(const std::string& relative);

private:
  Result<std::string> make_root();
  Status put_on_disk(const std::string& relative, std::string_view content);
  Status list_below(const std::string& directory, const std::string& prefix,
                    std::vector<std::string>& out);

  FileSystem& m_files;
  std::string m_parent;
  std::string m_prefix;
  std::string m_suffix;
  std::string m_path;     // "" until the directory is made
  bool m_on_disk = false; // path() was asked for: whoever has it may look at any time
  std::map<std::string, std::string_view> m_pending; // written, and not yet on disk
  std::map<std::string, std::string> m_owned;        // what of that is ours
};

// The run cannot go on without it. Returns false.
bool workspace_failed(DiagnosticSink& sink, const SystemError& error);

} // namespace kpb

#endif
