// SPDX-License-Identifier: GPL-2.0-only
//
// The private directory of one run. What is written to it stays in memory until something needs a
// real file: a program, or a reader that takes a path. (A run that only makes a spec needs one
// file, and creating and removing the others took longer than the rest of the run.) The name of the
// directory on disk has only safe characters (rpm expands '%' in paths, shells split at blanks),
// and the directory is removed with its content when the object is destroyed, however the run ends.
// Builders can write to it: nothing is read or written through a link that they may have left.
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
  // Below $TMPDIR if that is a plain absolute path, otherwise below /tmp; named PREFIXrandomSUFFIX.
  // Programs run what lies in it, so nobody else may be able to rename it: see core/base/trusted_path.hpp.
  // What killed runs left beside it is removed when it is made.
  Workspace(FileSystem& files, const Environment& environment, std::string prefix,
            std::string suffix);
  // Below the given directory, whose path must consist of safe characters.
  Workspace(FileSystem& files, std::string parent, std::string prefix, std::string suffix);
  ~Workspace();
  // Removes the directory now, so that a failure can be reported; the destructor cannot do that.
  Status remove();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // The absolute path; everything written so far is put on disk.
  Result<std::string> path();
  // The absolute path of one file, which is put on disk.
  Result<std::string> file(const std::string& relative);
  // Writes `relative` (mode 0644) and creates the directories that it needs. The file must not
  // exist yet.
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
  std::string m_wanted; // the parent as TMPDIR names it, with the links that are judged
  std::string m_prefix;
  std::string m_suffix;
  std::string m_path;     // "" until the directory is created
  Held m_held;            // tells other runs that this one lives
  bool m_on_disk = false; // path() was called: its user may look at any time
  std::map<std::string, std::string_view> m_pending; // written, but not yet on disk
  std::map<std::string, std::string> m_owned;        // content of those that the workspace owns
};

// Reports that the run cannot continue without the workspace. Always false.
bool workspace_failed(DiagnosticSink& sink, const SystemError& error);

} // namespace kpb

#endif
