// SPDX-License-Identifier: GPL-2.0-only
//
// The vendors' own cumulative live patches, as packages. Theirs and a replace-mode one of somebody else disable each
// other without a word, so such packages exclude each other.
#ifndef KPB_SDK_POLICY_VENDOR_PATCHES_HPP
#define KPB_SDK_POLICY_VENDOR_PATCHES_HPP

#include "kernel_families.hpp"

#include <string>
#include <vector>

namespace kpb::policy {

// "NAME OP VERSION" that the vendor's patch for a kernel is or provides, in RPM's terms.
struct VendorPatch {
  std::string name;
  std::string op = {}; // "" for any version
  std::string version = {};
};

// Red Hat's form for every kernel, because others use it too, and the form of the kernel's own family. Empty
// where no vendor has patches, or where rpm could not hold the version. A vendor's empty package, by which
// machines subscribe to patches to come, is not meant where a relation can tell it.
std::vector<VendorPatch> vendor_patches(const KernelId& kernel);

} // namespace kpb::policy

#endif
