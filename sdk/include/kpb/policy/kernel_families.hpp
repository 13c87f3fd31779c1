// SPDX-License-Identifier: GPL-2.0-only
//
// Kernel families: how a distribution's kernels are told by their `uname -r`, and what its kernel
// packages provide (docs/relations.md, "Kernel families"). The one table of it, for names, relations and what a
// build requires; it was made from the Provides of the distributions' kernel.spec files.
#ifndef KPB_SDK_POLICY_KERNEL_FAMILIES_HPP
#define KPB_SDK_POLICY_KERNEL_FAMILIES_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kpb::policy {

// In the patterns %K is K (the `uname -r`), %B is K' (K without its ".ARCH"), %F the flavour and %W the
// version of the kernel's package, which no `uname -r` tells.
struct KernelFamily {
  const char* name; // "el"
  const char* tag;  // the dist tag ".el" and digits; "" for a family that is told by its flavour
  const char* provides; // what the kernel's package provides, to be required: "kernel-uname-r = %K"
  const char* devel;    // what provides its build tree; "" where unknown
};

struct FamilyMatch {
  const KernelFamily* family = nullptr;
  size_t tag_at = std::string_view::npos;  // the '.' of the dist tag; npos where there is none
  size_t tag_end = std::string_view::npos; // behind the tag
  std::string flavour;                     // "default", of SUSE's kernels
};

// Which family a release is of, with or without its architecture. Nothing for Debian's, Azure Linux's,
// Photon's and kernels of one's own. The family is a row of the table, and stays.
std::optional<FamilyMatch> find_family(std::string_view release);
// Null where there is no such family.
const KernelFamily* family_named(std::string_view name);

struct KernelId {
  std::string release;         // K
  std::string without_arch;    // K'
  std::string family;          // "" where unknown
  std::string flavour;         // SUSE only
  std::string package_version; // W; "" where nobody said it

  bool operator==(const KernelId& other) const {
    return release == other.release && without_arch == other.without_arch &&
           family == other.family && flavour == other.flavour &&
           package_version == other.package_version;
  }
};

// All that K itself tells. Any text is taken: what is no kernel of a known family has none.
KernelId kernel_of(std::string_view release);

// Where ".WORD" stands followed by the end, '+' or '.'; npos when nowhere.
size_t find_component(std::string_view release, std::string_view word);

// "NAME OPERATOR VERSION" that the kernel's package provides; "" where the family is unknown, where W would
// be needed, and where rpm could not hold the version.
std::string kernel_requirement(const KernelId& kernel);
// The same for its build tree.
std::string devel_requirement(const KernelId& kernel);

} // namespace kpb::policy

#endif
