// SPDX-License-Identifier: GPL-2.0-only
//
// What rpmbuild is about to package: the modules in the build root, and each package's
// modules.conf.
#ifndef KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_BUILD_ROOT_HPP
#define KPB_CORE_PROGRAMS_LIVEPATCH_DEPS_BUILD_ROOT_HPP

#include "core/diag/diagnostic.hpp"
#include "core/inspect/module_facts.hpp"
#include "core/modules_conf/read_modules_conf.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kpb::generate {

inline constexpr const char* k_packages = "/usr/share/kpb/packages";

// A package's modules.conf, found by the directory that it is in.
struct PackageConf {
  std::string package; // NAME of /usr/share/kpb/packages/NAME/modules.conf
  std::string path;    // the installed path
  modules_conf::Package conf;

  const modules_conf::Module* of_file(std::string_view file) const;
};

struct ModuleFile {
  ModuleFacts facts;
  std::string sha256;
};

class BuildRoot {
public:
  BuildRoot(FileSystem& files, std::string root, DiagnosticSink& sink);

  // PATH of ROOT/PATH; nothing for a file elsewhere.
  std::optional<std::string> installed_path(const std::string& file) const;
  // The installed paths of all .ko files below the directory; none if the directory does not exist.
  std::optional<std::vector<std::string>> modules_below(const std::string& directory);
  // Reads the module with that installed path; nothing (reported) if the file is not a module.
  std::optional<ModuleFile> module(const std::string& path);
  // Sets `absent` if the package has none; nothing (reported) if it cannot be read.
  std::optional<PackageConf> conf_of_package(const std::string& package, bool& absent);
  // The modules.conf of whichever package lists the file.
  std::optional<PackageConf> conf_that_lists(const std::string& path, bool& absent);

private:
  bool unreadable(const std::string& path, const SystemError& error);
  bool walk(const std::string& directory, std::vector<std::string>& out, int depth);

  FileSystem& m_files;
  std::string m_root; // without a '/' at its end
  DiagnosticSink& m_sink;
};

} // namespace kpb::generate

#endif
