// SPDX-License-Identifier: GPL-2.0-only
//
// See vendor_patches.hpp. Of Ksplice, SysCare, Anolis and Photon no relation can tell the kernel: their names have
// an id in them, or are the user's. The runtime sees their modules when they are loaded.
#include <kpb/policy/vendor_patches.hpp>

#include <kpb/policy/kernel_forms.hpp>
#include <kpb/policy/tokens.hpp>

namespace kpb::policy {

std::vector<VendorPatch> vendor_patches(const KernelId& kernel) {
  std::vector<VendorPatch> out;
  const bool is_version = is_rpm_version(kernel.release);
  // kpatch-patch-V_R. Its empty package 0-0 provides the same, so a relation cannot tell it.
  if (is_version)
    out.push_back({"kpatch-patch", "=", kernel.release});
  // livepatch-K of CBL-Mariner. Without a patch in it, it has the same name and version, and no module.
  if (kernel.family == "azl" && is_version)
    out.push_back({"livepatch", "=", kernel.release});
  // The kernel's own spec makes kernel-livepatch-V-BUILD 1.0-0, which is empty; patches are releases 1, 2 and on.
  if (kernel.family == "amzn")
    if (const auto match = find_family(kernel.without_arch))
      out.push_back(
          {"kernel-livepatch-" + kernel.without_arch.substr(0, match->tag_at), ">=", "1.0-1"});
  // Its first version changes no function, but it is a replace-mode module, too.
  if (const std::string form = suse_form(kernel); !form.empty())
    out.push_back({"kernel-livepatch-" + form});
  return out;
}

} // namespace kpb::policy
