// SPDX-License-Identifier: GPL-2.0-only
//
// The private directory of one run. Made when first needed (a run that only writes a spec needs
// none), named with safe characters only (rpm expands '%' in paths, shells split at blanks), and
// removed with everything in it when the object goes, however the run ends.
#ifndef KPB_CORE_PIPELINE_WORKSPACE_HPP
#define KPB_CORE_PIPELINE_WORKSPACE_HPP

#include "core/util/environment.hpp"
#include "core/util/filesystem.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kpb {

class Workspace {
public:
  // Below $TMPDIR when that is a plain absolute path, else /tmp; named PREFIXrandomSUFFIX.
  Workspace(FileSystem& files, const Environment& environment, std::string prefix,
            std::string suffix);
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // The absolute path, created by the first call.
  Result<std::string> path();
  bool exists() const { return !m_path.empty(); }
  // Writes `relative` (mode 0644) with the directories that it needs; it must not exist yet.
  Status write(const std::string& relative, std::string_view content);
  Result<std::string> read(const std::string& relative, uint64_t limit);
  // Regular files below `relative` at any depth, as paths relative to it, sorted.
  Result<std::vector<std::string>> list(const std::string& relative);

private:
  Status list_below(const std::string& directory, const std::string& prefix,
                    std::vector<std::string>& out);

  FileSystem& m_files;
  std::string m_parent;
  std::string m_prefix;
  std::string m_suffix;
  std::string m_path;
};

} // namespace kpb

#endif
