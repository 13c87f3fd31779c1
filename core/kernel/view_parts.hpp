// SPDX-License-Identifier: GPL-2.0-only
//
// Between the files of KernelView only: what views and copies have in common.
#ifndef KPB_CORE_KERNEL_VIEW_PARTS_HPP
#define KPB_CORE_KERNEL_VIEW_PARTS_HPP

#include "core/kernel/view.hpp"
#include "core/run/context.hpp"
#include "core/system/last_will.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb {

// A path that is removed with this object, and also when the process ends without unwinding.
class Temporary {
public:
  Temporary(FileSystem& files, std::string path) : m_files(files), m_path(std::move(path)) {
    register_temporary(m_path);
  }
  ~Temporary() {
    (void)m_files.remove_tree(m_path);
    forget_temporary(m_path);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

private:
  FileSystem& m_files;
  std::string m_path;
};

// Nothing had to be run: a template is there.
inline ViewOutcome primed_already() {
  ViewOutcome outcome;
  outcome.primed = true;
  return outcome;
}

// False, reported unless the user interrupted.
bool no_view(const RunContext& context, DiagnosticSink& sink, const SystemError& error);

// kpb-enter's reason when it could not make the view (then no program ran); nothing otherwise.
std::optional<std::string> view_refused(int exit_status, const std::string& output);

// Writes them as patch-001.patch, patch-002.patch, ... into the directory.
Status write_patches(FileSystem& files, const std::string& directory,
                     const std::vector<std::string>& patches);

} // namespace kpb

#endif
