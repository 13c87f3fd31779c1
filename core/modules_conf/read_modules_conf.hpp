// SPDX-License-Identifier: GPL-2.0-only
//
// Reads modules.conf (docs/document.md): what a package says about its modules, as key=value lines,
// so that the runtime needs no JSON parser. The dependency generator reads it with the same code:
// what the runtime would refuse must not get into a package. Reading is strict, because a wrong
// value could load code into a kernel that it was not made for. Unknown keys are ignored, so that
// newer packages work with an older runtime.
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
  std::string name; // "vmlinux", or a module's name in the kernel's form
  std::string build_id;

  bool operator==(const PatchedObject&) const = default;
};

struct Module {
  std::string name; // in the kernel's form
  std::string file;
  std::string sha256;   // "" in a package that was built from a source package
  std::string build_id; // of the module itself
  std::string vermagic;
  Replace replace = Replace::unknown;
  std::vector<std::string> functions; // OBJECT:FUNCTION:N
  std::vector<PatchedObject> objects;
  std::vector<std::string> states;

  bool operator==(const Module&) const = default;
};

struct Package {
  std::string name;
  Evr evr;
  std::string kernel; // uname -r
  std::string arch;
  // For the RPM dependency generator (core/programs/livepatch-deps); the runtime does not use
  // these.
  std::string stem; // P, the patch's name
  bool vendor_conflict = true;
  std::string kernel_build_id;
  std::string base; // of --on-top-of: a package's name and its [E:]V-R
  std::string base_version;
  std::vector<std::string> cves;
  std::vector<Module> modules;

  bool operator==(const Package&) const = default;
};

struct ConfError {
  size_t line = 0; // 0: about the text as a whole
  std::string what;
};

// The value of `kernel=` without parsing the rest: most packages are for other kernels, and those
// must cost nothing. "" if there is none.
std::string_view kernel_of(std::string_view text);

tl::expected<Package, ConfError> parse_modules_conf(std::string_view text);

} // namespace kpb::modules_conf

#endif
