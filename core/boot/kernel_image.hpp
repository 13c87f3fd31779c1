// SPDX-License-Identifier: GPL-2.0-only
//
// A bootable kernel and the release that its header states. A module for another kernel would not
// load; here that is found at once, in the machine after half a minute.
#ifndef KPB_CORE_BOOT_KERNEL_IMAGE_HPP
#define KPB_CORE_BOOT_KERNEL_IMAGE_HPP

#include "core/diag/diagnostic.hpp"
#include "core/system/filesystem.hpp"

#include <optional>
#include <string>

namespace kpb {

struct KernelImage {
  std::string path;    // absolute
  std::string release; // uname -r
};

// Reads an x86 bzImage (Documentation/arch/x86/boot.rst in the kernel's tree). `given` is the path
// as the user wrote it.
std::optional<KernelImage> read_kernel_image(FileSystem& files, const std::string& given,
                                             DiagnosticSink& sink);

} // namespace kpb

#endif
