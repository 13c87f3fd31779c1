// SPDX-License-Identifier: GPL-2.0-only
//
// modules.conf (docs/document.md): what a package says of its modules, as key=value lines, so that the
// runtime needs no JSON parser. The dependency generator reads it with this too: what the runtime would
// refuse must not get into a package. Read strictly: a wrong value could load code into a kernel that it was not
// made for. Keys that are not known are left alone, so that newer packages work with an older runtime.
#ifndef KPB_CORE_MODULES_CONF_READ_MODULES_CONF_HPP
#define KPB_CORE_MODULES_CONF_READ_MODULES_CONF_HPP

#include "core/base/version.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kpb::modules_conf {

enum class Replace { yes, no, unknown };

struct PatchedObject {
  std::string name; // "vmlinux", or a module's in the kernel's form
  std::string build_id;
};

struct Module {
  std::string name; // as the kernel knows it
  std::string file;
  std::string sha256;   // "" in what a source package built
  std::string build_id; // of the module itself
  std::string vermagic;
  Replace replace = Replace::unknown;
  std::vector<std::string> functions; // OBJECT:FUNCTION:N
  std::vector<PatchedObject> objects;
  std::vector<std::string> states;
};

struct Package {
  std::string name;
  Evr evr;
  std::string kernel; // uname -r
  std::string arch;
  // For the RPM dependency generator (core/programs/livepatch-deps); nothing to the runtime.
  std::string stem; // P of the names
  bool vendor_conflict = true;
  std::string kernel_build_id;
  std::string base; // --on-top-of: a package's name, and its [E:]V-R
  std::string base_version;
  std::vector<std::string> cves;
  std::vector<Module> modules;
};

struct ConfError {
  size_t line = 0; // 0: the text as a whole
  std::string what;
};

// The value of `kernel=`, without a look at the rest: most packages are for other kernels, and those
// must cost nothing. "" where there is none.
std::string_view kernel_of(std::string_view text);

tl::expected<Package, ConfError> parse_modules_conf(std::string_view text);

} // namespace kpb::modules_conf

#endif
