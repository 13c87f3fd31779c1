// SPDX-License-Identifier: GPL-2.0-only
//
// Between the files of KernelView only: what views and copies have in common.
#ifndef KPB_CORE_KERNEL_VIEW_PARTS_HPP
#define KPB_CORE_KERNEL_VIEW_PARTS_HPP

#include "core/run/context.hpp"
#include "core/system/last_will.hpp"

#include <string>
#include <vector>

namespace kpb {

// Gone when this goes.
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

// False, reported unless the user interrupted.
bool no_view(const RunContext& context, DiagnosticSink& sink, const SystemError& error);

// As patch-001.patch, ... in the directory.
Status write_patches(FileSystem& files, const std::string& directory,
                     const std::vector<std::string>& patches);

} // namespace kpb

#endif
