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
#include <vector>

namespace kpb::policy {

struct KernelFamily {
  const char* name; // "el"
  const char* tag;  // the dist tag ".el" and digits; "" for a family that is told by its flavour
  bool arch_in_release; // `uname -r` has the architecture: ".x86_64" after the tag
};

struct FamilyMatch {
  const KernelFamily* family = nullptr;
  size_t tag_at = std::string_view::npos;  // the '.' of the dist tag; npos where there is none
  size_t tag_end = std::string_view::npos; // behind the tag
  std::string flavour;                     // "default", of SUSE's kernels
};

// Which family a release is of, with or without its architecture. Nothing for Debian's, Ubuntu's and kernels of
// one's own. The family is a row of the table, and stays.
std::optional<FamilyMatch> find_family(std::string_view release);

struct ArchMatch {
  size_t at;        // of the '.' before it
  size_t size;      // with that '.'
  std::string arch; // as `uname -m` prints it: "x86_64" for ".x86_64_v2", too
};

// Every architecture that the release names; a good one names one at most.
std::vector<ArchMatch> find_archs(std::string_view release);

struct KernelId {
  std::string release;      // K
  std::string without_arch; // K'
  std::string family;       // "" where unknown
  std::string flavour;      // SUSE's and Photon's: "default", "esx"
  std::string
      variant; // what follows the dist tag, with its separator: "+rt", ".debug", "-esx"; ".rt"
               // for a package of its own (".rt7." before the tag); "" for the plain kernel
  std::string
      package_release; // K without architecture and variant: V-R of the package, where there is a dist tag
  std::string package_version; // W; "" where nobody said it

  bool operator==(const KernelId& other) const {
    return release == other.release && without_arch == other.without_arch &&
           family == other.family && flavour == other.flavour && variant == other.variant &&
           package_release == other.package_release && package_version == other.package_version;
  }
};

// All that K itself tells. Any text is taken: what is no kernel of a known family has none.
KernelId kernel_of(std::string_view release);

// Where ".WORD" stands followed by the end, '+' or '.'; npos when nowhere.
size_t find_component(std::string_view release, std::string_view word);

// "NAME OPERATOR VERSION" that the kernel's package provides; "" where the family is unknown, where nothing is known
// that only this kernel provides, where W would be needed, and where rpm could not hold the version.
std::string kernel_requirement(const KernelId& kernel);
// The same for its build tree.
std::string devel_requirement(const KernelId& kernel);

} // namespace kpb::policy

#endif
