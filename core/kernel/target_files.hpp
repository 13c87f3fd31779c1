// SPDX-License-Identifier: GPL-2.0-only
//
// Copies the target's own files into a kernel's directory: config, vmlinux, Module.symvers, modules/NAME.ko. Each
// comes from a file, a compressed file or a package.
#ifndef KPB_CORE_KERNEL_TARGET_FILES_HPP
#define KPB_CORE_KERNEL_TARGET_FILES_HPP

#include "core/kernel/archive.hpp"
#include "core/kernel/package_paths.hpp"
#include "core/run/context.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace kpb {

class KernelFiles {
public:
  struct File {
    std::string sha256;
    uint64_t size = 0;
    std::string from; // for messages: what the user gave
  };
  struct Module {
    File file;
    std::string build_id;
  };

  // `directory` is that of the kernel that is being added, `release` its uname -r, `machine` its architecture.
  KernelFiles(const RunContext& context, std::string directory, std::string release,
              std::string machine);

  // `path` is what the option names: a file, a package with such a file, or (for modules) a directory.
  bool take(TargetKind kind, const std::string& path);
  // Takes from a package the kinds of files for which take() was not called.
  bool take_package(const std::string& path);

  bool has(TargetKind kind) const;
  const File* file(TargetKind kind) const; // null where there is none
  const std::map<std::string, Module>& modules() const { return m_modules; }

private:
  bool take_parts(const std::string& path, FileKind package, const std::set<TargetKind>& kinds);
  bool take_directory(const std::string& directory, int depth);
  bool take_file(TargetKind kind, const std::string& name, ByteSource& bytes,
                 const std::string& from);
  bool take_module(const std::string& name, ByteSource& bytes, const std::string& from);
  bool check_module(const std::string& path, const std::string& from, Module& module) const;
  std::optional<File> store(ByteSource& bytes, const std::string& to, const std::string& from,
                            const File* there) const;
  bool unreadable(const std::string& from, const SystemError& error) const;
  bool twice(const std::string& what, const File& first, const std::string& second) const;

  const RunContext& m_context;
  std::string m_directory;
  std::string m_release;
  std::string m_machine;
  std::set<TargetKind> m_claimed;
  std::map<TargetKind, File> m_files;
  std::map<std::string, Module> m_modules;
};

// "--config" and so on.
const char* option_of(TargetKind kind);

} // namespace kpb

#endif
